"""`ImageTable`: the images of a data set and their attributes."""

import dataclasses
from typing import NamedTuple

import numpy as np


class Sources(NamedTuple):
    """Where the pixels of N images are.

    files: (N,) str. Files that TensorFlow can decode: the images themselves, or PNGs made from
        them.
    orientations: (N,) uint8. The EXIF orientations still to be applied, 1 (upright) to 8.
    """

    files: np.ndarray
    orientations: np.ndarray


@dataclasses.dataclass(frozen=True)
class ImageTable:
    """N images, in the order of their list, with A attributes each.

    paths: (N,) str. File names as listed, or full paths once the files have been located.
    attributes: (N, A) uint8 in {0, 1}.
    names: The A attribute names, in column order.
    sources: Where the pixels are, once `image_sources` has checked; None: in `paths`, upright.
    """

    paths: np.ndarray
    attributes: np.ndarray
    names: tuple[str, ...]
    sources: Sources | None = None

    def __post_init__(self) -> None:
        expected = (len(self.paths), len(self.names))
        if self.attributes.shape != expected or self.attributes.dtype != np.uint8:
            raise ValueError(
                f"attributes must be uint8 {expected} for {expected[0]} paths and {expected[1]} "
                f"names. Received: {self.attributes.dtype} {self.attributes.shape}."
            )

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def files(self) -> np.ndarray:
        """(N,) str: the files to decode."""
        return self.sources.files if self.sources else self.paths

    @property
    def orientations(self) -> np.ndarray:
        """(N,) uint8: the EXIF orientations of `files`."""
        return self.sources.orientations if self.sources else np.ones(len(self), np.uint8)

    def select(self, indices: np.ndarray) -> "ImageTable":
        """The images at `indices` (integers, or a boolean mask of length N), in that order."""
        sources = self.sources and Sources(*(values[indices] for values in self.sources))
        return ImageTable(self.paths[indices], self.attributes[indices], self.names, sources)

    def first(self, number: int, spread: bool = False) -> "ImageTable":
        """The first `number` images or, with `spread`, that many evenly spaced ones, to cover
        domains listed one after the other; all images if there are fewer.
        """
        number = min(number, len(self))
        rows = np.arange(number)
        return self.select(rows * len(self) // max(number, 1) if spread else rows)

    def with_attributes(self, names: tuple[str, ...]) -> "ImageTable":
        """The same images with only the columns `names`, in that order."""
        columns = [self.names.index(name) for name in names]
        attributes = np.ascontiguousarray(self.attributes[:, columns])
        return dataclasses.replace(self, attributes=attributes, names=names)
