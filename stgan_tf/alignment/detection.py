"""Faces and their five landmarks in a photo, with MTCNN (the optional extra `align`) or BlazeFace
(the optional extra `litert`).

Detection has two stages: the first, over the whole photo and a margin around it, finds candidates;
the second (`stgan_tf.alignment.second_look`) decides and places the landmarks.
tests/alignment/measure_face_finding.py measures the error rates; docs/benchmarks.md has the tables.
"""

from dataclasses import dataclass

import numpy as np

from stgan_tf.alignment import blazeface_model, mtcnn_model
from stgan_tf.alignment.channels import as_rgb
from stgan_tf.alignment.second_look import Network, look_again
from stgan_tf.face_detectors import BLAZEFACE, MTCNN
from stgan_tf.images import CropBox


@dataclass(frozen=True)
class Detector:
    """minimum_score: of a face. minimum_score_turned: if the upright photo has no face, it is
    rotated, which gives three more chances of a false detection.
    """

    network: Network
    minimum_score: float
    minimum_score_turned: float


#: MTCNN's minimum was chosen on 125 CelebA photos, which scored at least 0.77, and on eight false
#: candidates, which scored at most 0.70.
DETECTORS = {
    MTCNN: Detector(mtcnn_model, 0.74, 0.85),
    BLAZEFACE: Detector(blazeface_model, 0.5, 0.75),
}
#: If the second stage moves the landmarks by more than this fraction of the eye distance, it has
#: found something else.
_LARGEST_MOVE = 0.35
#: Two faces whose boxes overlap by more than this fraction of the smaller one are the same.
_LARGEST_OVERLAP = 0.5


@dataclass(frozen=True, eq=False)
class Face:
    """box: around the face, in integer pixels of the image and inside it.
    landmarks: float64 (5, 2), x and y in pixels of the image, integers at pixel centres, in
      CelebA's order: left eye, right eye, nose, left and right mouth corner, left as seen.
    score: the detector's confidence, up to 1: the mean of both stages' scores, minus the spread of
      the second stage's views.
    cut_off: whether the image's border cuts the face, so that a landmark is outside.
    """

    box: CropBox
    landmarks: np.ndarray
    score: float
    cut_off: bool = False


def find_faces(
    image: np.ndarray, minimum_score: float | None = None, detector: str = MTCNN
) -> list[Face]:
    """Detects the faces of an image, largest first; returns an empty list if there are none.

    image: a photo's pixels (`stgan_tf.alignment.channels`), uint8 or uint16.
    minimum_score: faces with a lower score are left out; None: the detector's own minimum.
    detector: one of `DETECTORS`.

    If none is found, the image is also tried rotated by 90, 180 and 270 degrees (four times the
    time): some photos do not record how the camera was held. Raises ModuleNotFoundError without the
    detector's extra (`align` or `litert`), ValueError for an unknown detector.
    """
    if detector not in DETECTORS:
        raise ValueError(
            f"`detector` must be one of {', '.join(DETECTORS)}. Received: {detector!r}."
        )
    chosen = DETECTORS[detector]
    if minimum_score is None:
        minimum_score = chosen.minimum_score
    pixels = np.ascontiguousarray(as_rgb(image))
    for quarter_turns in range(4):
        turned = np.ascontiguousarray(np.rot90(pixels, quarter_turns))
        least = max(minimum_score, chosen.minimum_score_turned) if quarter_turns else minimum_score
        faces = _upright_faces(chosen.network, turned, least)
        if faces:
            height, width = turned.shape[:2]
            faces = [_turned_back(face, quarter_turns, height, width) for face in faces]
            return sorted(faces, key=lambda face: -face.box.height * face.box.width)
    return []


def _upright_faces(network: Network, pixels: np.ndarray, minimum_score: float) -> list[Face]:
    height, width = pixels.shape[:2]
    faces = []
    for candidate in network.first_look(pixels):
        seen = look_again(network, pixels, candidate.landmarks)
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


def _distinct(faces: list[Face]) -> list[Face]:
    """The highest-scoring detection of each face."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(_overlap(face.box, other.box) <= _LARGEST_OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(first: CropBox, second: CropBox) -> float:
    """The area of the intersection divided by that of the smaller box."""
    rows = min(first.top + first.height, second.top + second.height) - max(first.top, second.top)
    columns = min(first.left + first.width, second.left + second.width)
    columns -= max(first.left, second.left)
    smaller = min(first.height * first.width, second.height * second.width)
    return max(0, rows) * max(0, columns) / smaller


def _turned_back(face: Face, quarter_turns: int, height: int, width: int) -> Face:
    """Maps a face of np.rot90(image, quarter_turns), of size (height, width), to the image."""
    box, landmarks = face.box, face.landmarks
    for _ in range(quarter_turns):
        # rot90 maps (x, y) to (y, old width - 1 - x), and the old width is the new height.
        landmarks = np.stack([height - 1 - landmarks[:, 1], landmarks[:, 0]], axis=1)
        box = CropBox(box.left, height - box.top - box.height, box.width, box.height)
        height, width = width, height
    return Face(box, landmarks, face.score, face.cut_off)
