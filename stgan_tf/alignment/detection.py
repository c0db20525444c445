"""Faces and their five landmarks in a photo, with MTCNN (the optional extra `align`).

Two looks: the first, over the whole photo and a rim around it, finds what may be faces, the second
(`stgan_tf.alignment.second_look`) decides and places the landmarks.
tests/alignment/measure_face_finding.py measures how often that goes wrong; BUILD.md has the tables.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from stgan_tf.alignment import mtcnn_model
from stgan_tf.alignment.channels import as_rgb
from stgan_tf.alignment.mtcnn_model import Candidate
from stgan_tf.alignment.second_look import look_again
from stgan_tf.images import CropBox

#: (longest side that the photo is shrunk to, rim around it over that side) of the first look: one
#: for faces down to 1/50 of the longer side, one for faces that the photo's border cuts.
_FIRST_LOOKS = ((1000, 0.03), (300, 0.35))
#: What a face scores at least. Set on 125 photos of CelebA, the least of which scored 0.77, and on
#: eight candidates that were no faces, of at most 0.70.
MINIMUM_SCORE = 0.74
#: Without a face as the photo is, it is turned: three times more that could be mistaken for one.
_MINIMUM_SCORE_TURNED = 0.85
#: A second look that moves the landmarks by more than this share of the distance of the eyes has
#: found something else.
_LARGEST_MOVE = 0.35
#: Two faces whose boxes share more than this of the smaller one are one.
_LARGEST_OVERLAP = 0.5


@dataclass(frozen=True, eq=False)
class Face:
    """box: around the face, in whole pixels of the image and inside it.
    landmarks: float64 (5, 2), x and y in pixels of the image, whole numbers at pixel centres, in
      CelebA's order: left eye, right eye, nose, left and right mouth corner, left as seen.
    score: how sure the detector is, to 1: the mean of both looks' scores, less how far the views of
      the second are apart.
    cut_off: whether the image's border cuts the face, so that a landmark lies outside.
    """

    box: CropBox
    landmarks: np.ndarray
    score: float
    cut_off: bool = False


def find_faces(image: np.ndarray, minimum_score: float = MINIMUM_SCORE) -> list[Face]:
    """The faces of an image, largest first; an empty list if there is none.

    image: a photo's pixels (`stgan_tf.alignment.channels`), uint8 or uint16.
    minimum_score: faces the detector is less sure of are left out.

    If none is found, the image is tried on its sides and upside down too (four times the time):
    some photos do not say how the camera was held. ModuleNotFoundError without the extra `align`.
    """
    pixels = np.ascontiguousarray(as_rgb(image))
    for quarter_turns in range(4):
        turned = np.ascontiguousarray(np.rot90(pixels, quarter_turns))
        least = max(minimum_score, _MINIMUM_SCORE_TURNED) if quarter_turns else minimum_score
        faces = _upright_faces(turned, least)
        if faces:
            height, width = turned.shape[:2]
            faces = [_turned_back(face, quarter_turns, height, width) for face in faces]
            return sorted(faces, key=lambda face: -face.box.height * face.box.width)
    return []


def _upright_faces(pixels: np.ndarray, minimum_score: float) -> list[Face]:
    height, width = pixels.shape[:2]
    faces = []
    for candidate in _first_look(pixels):
        seen = look_again(pixels, candidate.landmarks)
        if seen is None or seen.move > _LARGEST_MOVE:
            continue
        score = (candidate.score + seen.score) / 2 - seen.spread
        if score < minimum_score:
            continue
        left, top = np.clip(np.rint(candidate.corners[0]), 0, (width - 1, height - 1)).astype(int)
        right, bottom = np.clip(np.rint(candidate.corners[1]), (left + 1, top + 1), (width, height))
        box = CropBox(int(top), int(left), int(bottom - top), int(right - left))
        size = np.array((width, height))
        outside = (seen.landmarks < -0.5) | (seen.landmarks > size - 0.5)
        faces.append(Face(box, seen.landmarks, score, bool(outside.any())))
    return _distinct(faces)


def _first_look(pixels: np.ndarray) -> list[Candidate]:
    """What may be faces, in pixels of the photo; one face may be there more than once."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    found = []
    for longest_side, rim in _FIRST_LOOKS:
        if longest_side == _FIRST_LOOKS[0][0] and longest <= _FIRST_LOOKS[1][0]:
            continue  # the other look sees as many pixels, and more rim
        shrink = min(1.0, longest_side / longest)
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        small = pixels
        if shrink < 1:
            small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
        around = round(rim * max(size))
        rimmed = np.pad(
            small,
            ((around, around), (around, around), (0, 0)),
            constant_values=mtcnn_model.NEUTRAL_GREY,
        )
        per_axis = np.array((width, height)) / size
        for corners, landmarks, score in mtcnn_model.candidates(rimmed):
            corners, landmarks = (
                (points - around + 0.5) * per_axis - 0.5 for points in (corners, landmarks)
            )
            found.append(Candidate(corners, landmarks, score))
    return found


def _distinct(faces: list[Face]) -> list[Face]:
    """The surest of those that are one face."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(_overlap(face.box, other.box) <= _LARGEST_OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(first: CropBox, second: CropBox) -> float:
    """The common area over that of the smaller box."""
    rows = min(first.top + first.height, second.top + second.height) - max(first.top, second.top)
    columns = min(first.left + first.width, second.left + second.width)
    columns -= max(first.left, second.left)
    smaller = min(first.height * first.width, second.height * second.width)
    return max(0, rows) * max(0, columns) / smaller


def _turned_back(face: Face, quarter_turns: int, height: int, width: int) -> Face:
    """A face of np.rot90(image, quarter_turns), (height, width) in size, in the image itself."""
    box, landmarks = face.box, face.landmarks
    for _ in range(quarter_turns):
        # rot90 takes (x, y) to (y, old width - 1 - x), and the old width is the new height.
        landmarks = np.stack([height - 1 - landmarks[:, 1], landmarks[:, 0]], axis=1)
        box = CropBox(box.left, height - box.top - box.height, box.width, box.height)
        height, width = width, height
    return Face(box, landmarks, face.score, face.cut_off)
