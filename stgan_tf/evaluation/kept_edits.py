"""A run's edits of a few images, stored with its report so that runs can be shown side by side."""

import dataclasses
import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stgan_tf.evaluation.figures import labelled_grid
from stgan_tf.files import write_bytes

FILE_NAME = "edits.npz"
#: Error message for a damaged file of an evaluation.
UNREADABLE = "is damaged: measure the run again with stgan_tf.evaluate"
#: Faces in the figure, each with one row per system; for domains, each image has a single row.
_PEOPLE, _PICTURES = 2, 6


@dataclasses.dataclass(frozen=True)
class KeptEdits:
    """names: the A attributes. kinds: (A, N) the kind of each edit (`kind_of`; empty if it changes
    no domain). source: uint8 (N, H, W, 3). edits: uint8 (A, N, H, W, 3), each attribute flipped at
    intensity 1. truth: like `edits`, or empty (0,) if the true edits are unknown.
    """

    names: np.ndarray
    kinds: np.ndarray
    source: np.ndarray
    edits: np.ndarray
    truth: np.ndarray

    def write(self, folder: Path) -> None:
        """Writes `folder`/edits.npz atomically."""
        packed = io.BytesIO()
        np.savez_compressed(packed, **dataclasses.asdict(self))
        write_bytes(folder / FILE_NAME, packed.getvalue())


def read_edits(folder: Path) -> KeptEdits | None:
    """Reads what `write` wrote to `folder`; None for runs evaluated by an earlier version. Raises
    ValueError if the file cannot be read.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    try:
        # From memory: NumPy does not close a damaged file.
        with np.load(io.BytesIO(path.read_bytes())) as arrays:
            return KeptEdits(**arrays)
    except (zipfile.BadZipFile, zlib.error, EOFError, TypeError, ValueError) as error:
        raise ValueError(f"{path} {UNREADABLE} ({error}).") from error


def side_by_side_figure(kept: Mapping[str, KeptEdits]) -> np.ndarray | None:
    """uint8 (H', W', 3): the systems' edits of the same images, beside the true edits if known. For
    one attribute: one row per image, one column per system. For several: one row per system, one
    column per attribute, one image below the other; for domains an image of each, if there is one.

    Args:
        kept: {title: the system's edits}. Returns None if they differ in images or attributes.
    """
    first, *others = kept.values()
    if not all(
        np.array_equal(first.names, other.names) and np.array_equal(first.source, other.source)
        for other in others
    ):
        return None
    truth = {"Truth": first.truth} if first.truth.size else {}
    columns = {title: edits.edits for title, edits in kept.items()} | truth
    if len(first.names) == 1:
        number = min(_PICTURES, len(first.source))
        rows = [
            [first.source[i], *(edits[0, i] for edits in columns.values())] for i in range(number)
        ]
        return labelled_grid(rows, ["Source", *columns], list(first.kinds[0][:number]))
    rows, names = [], []
    for i in _shown(first.kinds):
        for title, edits in columns.items():
            rows.append([first.source[i], *edits[:, i]])
            names.append(title)
    return labelled_grid(rows, ["Source", *first.names], names)


def _shown(kinds: np.ndarray) -> list[int]:
    """The images to show, of `kinds` (A, N): the first ones, or the first that has each pattern of
    kinds, which for domains is an image's own domain.
    """
    patterns = ["/".join(column) for column in kinds.T]
    new = [i for i, pattern in enumerate(patterns) if pattern not in patterns[:i]]
    others = [i for i in range(len(patterns)) if i not in new]
    return sorted((new + others)[: max(_PEOPLE, min(len(new), _PICTURES))])
