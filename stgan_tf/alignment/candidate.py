"""What the first stage of face detection gives the second."""

from typing import NamedTuple

import numpy as np


class Candidate(NamedTuple):
    """corners: (2, 2) x, y of the box's top-left and bottom-right corners. landmarks: (5, 2) x, y.
    score: 0 to 1.
    """

    corners: np.ndarray
    landmarks: np.ndarray
    score: float
