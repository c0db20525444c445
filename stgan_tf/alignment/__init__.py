"""Ordinary photos: find the face, align it to CelebA's frame, paste the edit back.

    photo = read_photo("party.jpg")
    face = find_faces(photo.pixels)[0]
    aligned = align(photo.pixels, face.landmarks)
    patch = cut_patch(aligned, CELEBA_CROP, 128)
    ... the network maps `patch` to `edited` ...
    write_photo("edited.jpg", paste(photo.pixels, edited, aligned, CELEBA_CROP), photo.icc_profile)

Only `find_faces` with MTCNN imports TensorFlow, and only when it is called.
"""

from stgan_tf.alignment.detection import Face, find_faces
from stgan_tf.alignment.landmarks_file import read_landmarks
from stgan_tf.alignment.pasting import paste
from stgan_tf.alignment.photo import Photo, read_photo, write_photo
from stgan_tf.alignment.similarity import Similarity, frame_similarity
from stgan_tf.alignment.warping import Aligned, align, cut_patch

__all__ = [
    "Aligned",
    "Face",
    "Photo",
    "Similarity",
    "align",
    "cut_patch",
    "find_faces",
    "frame_similarity",
    "paste",
    "read_landmarks",
    "read_photo",
    "write_photo",
]
