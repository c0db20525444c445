"""Faces for the tests of alignment: exact landmarks, and drawings moved as in a photo."""

import numpy as np
from scipy import ndimage

from stgan_tf.alignment.similarity import CANONICAL_POINTS, Similarity

#: Five points whose eyes and mouth middle are exactly the canonical ones; the nose is anywhere.
CANONICAL_FACE = np.array([*CANONICAL_POINTS[:2], (90, 135), (72, 152.514), (104.864, 152.514)])


def turned(size: float, degrees: float, x: float = 0, y: float = 0) -> Similarity:
    """Enlarges by `size`, turns clockwise, then moves by (x, y)."""
    return Similarity(complex(size * np.exp(1j * np.radians(degrees))), complex(x, y))


def photo_of(image: np.ndarray, similarity: Similarity, size: tuple[int, int]) -> np.ndarray:
    """uint8 (*size, 3): the image moved by the similarity. Written apart from the code under test,
    without a filter, so it only enlarges well.
    """
    rows, columns = np.mgrid[: size[0], : size[1]]
    x, y = np.moveaxis(similarity.inverse()(np.stack([columns, rows], axis=-1)), -1, 0)
    channels = np.moveaxis(image, -1, 0)
    moved = [ndimage.map_coordinates(c, [y, x], order=1, mode="nearest") for c in channels]
    return np.stack(moved, axis=-1)
