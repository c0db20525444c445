"""The directions of domain edits: summer to winter is one edit, winter to summer another."""

from collections.abc import Sequence

import numpy as np


class Directions:
    """Determines from which domain to which an edit of one attribute translates.

    Args:
        names: The A attributes, each the name of a domain.
        domains: All domains: `names` and possibly one more, the domain of images that have none of
            the attributes.
    """

    def __init__(self, names: Sequence[str], domains: Sequence[str]):
        self._names = tuple(names)
        others = [name for name in domains if name not in self._names]
        # If several domains are not attributes, an image's domain among them is unknown.
        self._other = others[0] if len(others) == 1 else None

    def of(self, edited: str, source: np.ndarray) -> str | None:
        """The direction in which inverting attribute `edited` translates an image with the labels
        `source` (A,) in {0, 1}; None if its domain does not change.
        """
        there = self.domain_of(source)
        target = edited if there != edited else self._other
        return None if target is None or there is None else _named(there, target)

    def domain_of(self, source: np.ndarray) -> str | None:
        """The domain of an image with the labels `source` (A,); None if they leave it open."""
        has = np.flatnonzero(np.asarray(source) > 0.5)
        return self._names[has[0]] if len(has) else self._other


def _named(source: str, target: str) -> str:
    return f"{source} to {target}"
