"""The second stage of face detection: a candidate aligned to CelebA's frame, seen in many views.

The cascade that found the candidate saw it once, in one square chosen by its earlier networks. Here
its last network (of BlazeFace: the only one) sees it in `_VIEWS` squares around the expected
position, each also mirrored. A real face is recognised in all of them, with its landmarks in the
same places; a false candidate is not. The medians of the landmarks are more stable than any single
view.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image

from stgan_tf.alignment.candidate import Candidate
from stgan_tf.alignment.similarity import CANONICAL_POINTS
from stgan_tf.alignment.warping import align

#: Shifts of the square to the right and down, and its scale, relative to its side.
_VIEWS = (
    (0, 0, 1),
    (0, 0, 0.88),
    (0, 0, 1.14),
    (0.05, 0, 1),
    (-0.05, 0, 1),
    (0, 0.05, 1),
    (0, -0.05, 1),
)
#: In CelebA's frame, in pixels.
_EYE_DISTANCE = float(np.hypot(*(CANONICAL_POINTS[1] - CANONICAL_POINTS[0])))
#: Mirroring swaps left and right.
_MIRRORED = (1, 0, 2, 4, 3)


@dataclass(frozen=True, eq=False)
class SecondLook:
    """landmarks: (5, 2) x, y in pixels of the photo.
    score: mean over all views, 0 to 1.
    spread: distance of the views' landmarks from their medians, relative to the eye distance.
    move: distance of the medians from the first stage's landmarks, relative to the eye distance.
    """

    landmarks: np.ndarray
    score: float
    spread: float
    move: float


class Network(Protocol):
    """A detector: `mtcnn_model` and `blazeface_model` are such modules."""

    VIEW_SIZE: int
    VIEW_MIDDLE: tuple[float, float]
    VIEW_SIDE: float

    @staticmethod
    def first_look(pixels: np.ndarray) -> list[Candidate]: ...

    @staticmethod
    def judge(views: np.ndarray) -> tuple[np.ndarray, np.ndarray]: ...


def look_again(network: Network, pixels: np.ndarray, landmarks: np.ndarray) -> SecondLook | None:
    """Runs the second stage on a candidate; returns None if the landmarks cannot be those of a
    face.

    pixels: uint8 (H, W, 3). landmarks: (5, 2) x, y from the first stage.
    """
    try:
        aligned = align(pixels, landmarks)
    except ValueError:
        return None
    scores, points = network.judge(_views(network, aligned.image))
    points = _in_frame(network, points)
    middle = np.median(points, axis=0)
    distances = np.linalg.norm(points - middle, axis=-1)
    spread = distances.mean() / max(1.0, np.hypot(*(middle[1] - middle[0])))
    seen = aligned.to_aligned.inverse()(middle)
    moves = np.linalg.norm(seen - landmarks, axis=1) * aligned.to_aligned.scale / _EYE_DISTANCE
    return SecondLook(seen, float(scores.mean()), float(spread), float(moves.mean()))


def _squares(network: Network) -> np.ndarray:
    """(views, 4): left, top, right, bottom in the frame, measured from its corner."""
    middle, whole = network.VIEW_MIDDLE, network.VIEW_SIDE
    return np.array(
        [
            (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
            for right, down, size in _VIEWS
            for x, y, side in [(middle[0] + right * whole, middle[1] + down * whole, size * whole)]
        ]
    )


def _views(network: Network, frame: np.ndarray) -> np.ndarray:
    """uint8 (2 * views, side, side, 3): the squares of a frame, then the same ones mirrored."""
    image, size = Image.fromarray(frame), (network.VIEW_SIZE,) * 2
    seen = np.stack(
        [
            np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=tuple(square)))
            for square in _squares(network)
        ]
    )
    return np.concatenate([seen, seen[:, :, ::-1]])


def _in_frame(network: Network, shares: np.ndarray) -> np.ndarray:
    """(2 * views, 5, 2): landmarks as fractions of their views -> in pixels of the frame."""
    upright, mirrored = np.split(shares, 2)
    mirrored = np.stack([1 - mirrored[..., 0], mirrored[..., 1]], axis=-1)[:, _MIRRORED]
    squares = np.tile(_squares(network), (2, 1))
    sides = (squares[:, 2:] - squares[:, :2])[:, None]
    return squares[:, None, :2] + np.concatenate([upright, mirrored]) * sides - 0.5
