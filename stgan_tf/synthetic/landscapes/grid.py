"""The pixels of an image as points of the frame, and shapes with soft edges on them.

Images are painted as planes, (3, H, W): NumPy takes several times as long where the innermost axis
has three elements.
"""

import copy

import numpy as np

from stgan_tf.synthetic.landscapes.place import FRAME


class Grid:
    """size: side of the image in pixels. x (1, size) and y (H, 1): their centres, float32; H is
    size, or fewer rows from `rows`."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.first_row = 0
        self.scale = size / FRAME
        centres = (np.arange(size, dtype=np.float32) + 0.5) / np.float32(self.scale)
        self.x, self.y = centres[None, :], centres[:, None]

    def rows(self, top: float, bottom: float = FRAME) -> tuple["Grid", slice]:
        """The part between two heights of the frame, and where it is in an image's rows."""
        first = min(max(int(top * self.scale) - 1, 0), self.size - 2)
        last = min(max(int(bottom * self.scale) + 2, first + 2), self.size)
        part = copy.copy(self)
        part.y, part.first_row = self.y[first:last], first
        return part, slice(first, last)

    def inside(self, depth: np.ndarray, slope: np.ndarray | float = 0.0) -> np.ndarray:
        """How much of each pixel a shape covers, float32 in [0, 1].

        Args:
          depth: how far (units of the frame, along x or y) a pixel's centre lies inside.
          slope: of the edge against that axis; a steep edge is nearer than it seems along it.
        """
        distance = depth / np.sqrt(1 + np.square(slope))
        return np.clip(distance * self.scale + 0.5, 0, 1).astype(np.float32)

    def below(self, line: np.ndarray) -> np.ndarray:
        """What lies below a skyline: line (size,) is y along x."""
        slope = np.gradient(line, self.x[0])
        return self.inside(self.y - line[None, :], np.clip(slope, -6, 6)[None, :])


def blend(image: np.ndarray, colour: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """`colour` (broadcasts to (3, H, W)) over `image` where coverage (H, W) says."""
    return image + (colour - image) * coverage
