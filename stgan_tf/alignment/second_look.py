"""A closer look at what may be a face: turned upright, in CelebA's frame, seen in many ways.

The cascade that found it saw it once, through one square that its earlier networks chose. Here its
last network sees the face through `_VIEWS` squares about where a face must be, each of them
mirrored too. What is a face is one in all of them, with its landmarks in the same places; what only
looked like one is not. The landmarks' medians are steadier than any single view.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from stgan_tf.alignment import mtcnn_model
from stgan_tf.alignment.similarity import CANONICAL_POINTS
from stgan_tf.alignment.warping import align

#: Where the network expects a face in CelebA's frame, in pixels from its corner: middle and side of
#: the square.
_MIDDLE = (88.5, 118.0)
_SIDE = 112.0
#: Moves of the square to the right and down, and its size, all over its side.
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
#: Left and right change places in a mirror.
_MIRRORED = (1, 0, 2, 4, 3)


@dataclass(frozen=True, eq=False)
class SecondLook:
    """landmarks: (5, 2) x, y in pixels of the photo.
    score: mean of all views, 0 to 1.
    spread: how far the views' landmarks lie from their medians, over the distance of the eyes.
    move: how far the medians lie from the landmarks as first seen, over the distance of the eyes.
    """

    landmarks: np.ndarray
    score: float
    spread: float
    move: float


def look_again(pixels: np.ndarray, landmarks: np.ndarray) -> SecondLook | None:
    """None if the landmarks are none that a face has.

    pixels: uint8 (H, W, 3). landmarks: (5, 2) x, y, as first seen.
    """
    try:
        aligned = align(pixels, landmarks)
    except ValueError:
        return None
    scores, points = mtcnn_model.judge(_views(aligned.image))
    points = _in_frame(points)
    middle = np.median(points, axis=0)
    distances = np.linalg.norm(points - middle, axis=-1)
    spread = distances.mean() / max(1.0, np.hypot(*(middle[1] - middle[0])))
    seen = aligned.to_aligned.inverse()(middle)
    moves = np.linalg.norm(seen - landmarks, axis=1) * aligned.to_aligned.scale / _EYE_DISTANCE
    return SecondLook(seen, float(scores.mean()), float(spread), float(moves.mean()))


def _squares() -> np.ndarray:
    """(views, 4): left, top, right, bottom in the frame, from its corner."""
    return np.array(
        [
            (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
            for right, down, size in _VIEWS
            for x, y, side in [
                (_MIDDLE[0] + right * _SIDE, _MIDDLE[1] + down * _SIDE, size * _SIDE)
            ]
        ]
    )


def _views(frame: np.ndarray) -> np.ndarray:
    """uint8 (2 * views, 48, 48, 3): the squares of a frame, then the same mirrored."""
    image, size = Image.fromarray(frame), (mtcnn_model.VIEW_SIZE,) * 2
    seen = np.stack(
        [
            np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=tuple(square)))
            for square in _squares()
        ]
    )
    return np.concatenate([seen, seen[:, :, ::-1]])


def _in_frame(shares: np.ndarray) -> np.ndarray:
    """(2 * views, 5, 2): landmarks as shares of their views -> in pixels of the frame."""
    upright, mirrored = np.split(shares, 2)
    mirrored = np.stack([1 - mirrored[..., 0], mirrored[..., 1]], axis=-1)[:, _MIRRORED]
    squares = np.tile(_squares(), (2, 1))
    sides = (squares[:, 2:] - squares[:, :2])[:, None]
    return squares[:, None, :2] + np.concatenate([upright, mirrored]) * sides - 0.5
