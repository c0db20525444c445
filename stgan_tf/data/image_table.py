"""`ImageTable`: which images a data set has and what is true of each."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class ImageTable:
    """N images in the order of their list, with A attributes each.

    paths: (N,) str. File names as listed, or full paths once the files were found.
    attributes: (N, A) uint8 in {0, 1}.
    names: the A attributes' names, in the columns' order.
    """

    paths: np.ndarray
    attributes: np.ndarray
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        expected = (len(self.paths), len(self.names))
        if self.attributes.shape != expected or self.attributes.dtype != np.uint8:
            raise ValueError(
                f"attributes must be uint8 {expected} for {expected[0]} paths and {expected[1]} "
                f"names. Received: {self.attributes.dtype} {self.attributes.shape}."
            )

    def __len__(self) -> int:
        return len(self.paths)

    def select(self, indices: np.ndarray) -> "ImageTable":
        """The images at `indices` (integers, or a boolean mask of length N), in that order."""
        return ImageTable(self.paths[indices], self.attributes[indices], self.names)

    def with_attributes(self, names: tuple[str, ...]) -> "ImageTable":
        """The same images with only the columns `names`, in that order."""
        columns = [self.names.index(name) for name in names]
        return ImageTable(self.paths, np.ascontiguousarray(self.attributes[:, columns]), names)
