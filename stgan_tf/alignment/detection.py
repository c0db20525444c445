"""Faces and their five landmarks in a photo, with MTCNN (the optional extra `align`).

The package mtcnn (MIT licence) carries its weights in its wheel, so nothing is fetched when it
runs, and it was trained on CelebA's landmarks. It runs on TensorFlow, which is imported here when a
face is looked for, not before.

Each face is looked at a second time, turned upright and brought to one size. On 168 views of 12
faces (turned by up to 30 degrees, 0.3 to 2 times the size, mirrored) both looks found 96 %, and 1
that is no face (one look: 7). The landmarks drift by 3.1 % of the distance of the eyes between
views of a face (median; one look: 4.5 %).
"""

import functools
import gc
import sys
from dataclasses import dataclass

import numpy as np
from PIL import Image

from stgan_tf.alignment.channels import as_rgb
from stgan_tf.alignment.warping import align
from stgan_tf.images import CropBox

#: Longer photos are shrunk to this for the first look: it takes 0.4 s then on one core, and faces
#: down to 1/50 of the longer side are found.
_LONGEST_SIDE = 1000
#: A second look that moves the landmarks by more than this share of the distance of the eyes
#: has found something else.
_LARGEST_MOVE = 0.25


@dataclass(frozen=True, eq=False)
class Face:
    """box: around the face, in whole pixels of the image and inside it.
    landmarks: float64 (5, 2), x and y in pixels of the image, whole numbers at pixel centres, in
      CelebA's order: left eye, right eye, nose, left and right mouth corner, left as seen.
    score: how sure the detector is, 0 to 1.
    """

    box: CropBox
    landmarks: np.ndarray
    score: float


def find_faces(image: np.ndarray, minimum_score: float = 0.9) -> list[Face]:
    """The faces of an image, largest first; an empty list if there is none.

    image: uint8 (H, W), (H, W, 3) RGB or (H, W, 4), values 0..255.
    minimum_score: faces the detector is less sure of are left out.

    If none is found, the image is tried on its sides and upside down too (four times the time):
    some photos do not say how the camera was held. ModuleNotFoundError without the extra `align`.
    """
    pixels = np.ascontiguousarray(as_rgb(image))
    for quarter_turns in range(4):
        turned = np.ascontiguousarray(np.rot90(pixels, quarter_turns))
        faces = _upright_faces(turned, minimum_score)
        if faces:
            height, width = turned.shape[:2]
            faces = [_turned_back(face, quarter_turns, height, width) for face in faces]
            return sorted(faces, key=lambda face: -face.box.height * face.box.width)
    return []


def _upright_faces(pixels: np.ndarray, minimum_score: float) -> list[Face]:
    height, width = pixels.shape[:2]
    shrink = min(1.0, _LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = pixels
    if shrink < 1:
        small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
    per_axis = np.array((width, height)) / size
    faces = []
    for corners, landmarks, _ in _detect(small):
        corners = (corners + 0.5) * per_axis - 0.5
        landmarks, score = _second_look(pixels, (landmarks + 0.5) * per_axis - 0.5)
        if score < minimum_score:
            continue
        left, top = np.clip(np.rint(corners[0]), 0, (width - 1, height - 1)).astype(int).tolist()
        right, bottom = np.clip(np.rint(corners[1]), 0, (width, height)).astype(int).tolist()
        box = CropBox(top, left, max(1, bottom - top), max(1, right - left))
        faces.append(Face(box, landmarks, score))
    return faces


def _second_look(pixels: np.ndarray, landmarks: np.ndarray) -> tuple[np.ndarray, float]:
    """Landmarks and score found again on the face turned upright; score 0 if it is not found there.

    What only looked like a face rarely does so twice.
    """
    try:
        aligned = align(pixels, landmarks)
    except ValueError:  # landmarks that no face has
        return landmarks, 0.0
    back = aligned.to_aligned.inverse()
    eye_distance = np.hypot(*(landmarks[1] - landmarks[0]))
    best, best_score, smallest = landmarks, 0.0, _LARGEST_MOVE
    for _, found, score in _detect(aligned.image):
        move = np.linalg.norm(back(found) - landmarks, axis=1).mean() / eye_distance
        if move < smallest:
            best, best_score, smallest = back(found), score, move
    return best, best_score


def _detect(pixels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Corners (2, 2) and landmarks (5, 2) as x, y, and the score of each face."""
    # The smallest face stays at mtcnn's 20 pixels: with another value its image pyramid can end
    # below the size that its network takes, which it reports as an image without faces.
    rows = _detector().detect_faces(pixels, box_format="xyxy", output_type="numpy")
    # A row: image, left, top, right, bottom, score, five x, five y.
    return [
        (row[1:5].reshape(2, 2), np.stack([row[6:11], row[11:16]], axis=1), float(row[5]))
        for row in np.asarray(rows, np.float64).reshape(-1, 16)
    ]


@functools.cache
def _detector():
    try:
        from mtcnn import MTCNN
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"Finding faces needs the package {error.name}. Install it with "
            'pip install "stgan-tf[align]", or give the landmarks in a file.'
        ) from None
    # Loading its weights leaves lz4 readers behind, which on Python 3.13 complain on standard error
    # when they are collected ("Exception ignored in ..."): nothing is lost, so not a word of it.
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        detector = MTCNN()
        gc.collect()
    finally:
        sys.unraisablehook = hook
    return detector


def _turned_back(face: Face, quarter_turns: int, height: int, width: int) -> Face:
    """A face of np.rot90(image, quarter_turns), (height, width) in size, in the image itself."""
    box, landmarks = face.box, face.landmarks
    for _ in range(quarter_turns):
        # rot90 takes (x, y) to (y, old width - 1 - x), and the old width is the new height.
        landmarks = np.stack([height - 1 - landmarks[:, 1], landmarks[:, 0]], axis=1)
        box = CropBox(box.left, height - box.top - box.height, box.width, box.height)
        height, width = width, height
    return Face(box, landmarks, face.score)
