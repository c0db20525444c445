"""Redraws images of the scenes of stgan_tf.draw, unchanged and with their true edits."""

import contextlib
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.synthetic import faces, landscapes
from stgan_tf.synthetic.faces.provenance import FaceProvenance
from stgan_tf.synthetic.landscapes.provenance import LandscapeProvenance


class DrawnScene(Protocol):
    """A finished drawn data set. Instances must be picklable, for other processes.

    provenance: Its provenance record, for reports.
    """

    provenance: Mapping

    def drawing(self, path: str) -> np.ndarray:
        """uint8 (H, W, 3): the image of file `path` as drawn, before compression."""
        ...

    def true_edit(self, path: str, edited: str, value: int) -> np.ndarray:
        """The same with attribute `edited` inverted; `value` is 1 if the image has it, else 0."""
        ...


class DrawnFaces:
    """Faces in CelebA's layout; a true edit is the same person with an attribute flipped."""

    def __init__(self, record: FaceProvenance):
        self._seed = record.seed
        self.provenance = dataclasses.asdict(record)

    def drawing(self, path: str) -> np.ndarray:
        return faces.counterfactual(self._seed, _index(path), {})

    def true_edit(self, path: str, edited: str, value: int) -> np.ndarray:
        return faces.counterfactual(self._seed, _index(path), {edited: 1 - value})


class DrawnLandscapes:
    """Landscapes in one folder per season; a true edit is the same place in another season."""

    def __init__(self, record: LandscapeProvenance):
        self._record = record
        self.provenance = dataclasses.asdict(record)

    def drawing(self, path: str) -> np.ndarray:
        return self._in_season(path, Path(path).parent.name)

    def true_edit(self, path: str, edited: str, value: int) -> np.ndarray:
        """With more than two seasons, one cannot be removed: then this is the drawing itself."""
        season = edited
        if value:
            others = [name for name in self._record.seasons if name != edited]
            season = others[0] if len(others) == 1 else edited
        return self._in_season(path, season)

    def _in_season(self, path: str, season: str) -> np.ndarray:
        record = self._record
        return landscapes.true_translation(record.seed, _index(path), season, record.size)


def find_drawn_scene(folders: Sequence[Path | str], attributes: Sequence[str]) -> DrawnScene | None:
    """The drawn data set in the first of `folders` that contains one, or None if none does or if it
    cannot be drawn with changed `attributes`. Raises ValueError if another version of the generator
    drew it.
    """
    for folder in folders:
        with contextlib.suppress(FileNotFoundError):
            if set(attributes) <= set(PAPER_ATTRIBUTES):
                return DrawnFaces(faces.load_provenance(folder))
            record = landscapes.load_provenance(folder)
            return DrawnLandscapes(record) if set(attributes) <= set(record.seasons) else None
    return None


def _index(path: str) -> int:
    """Files are numbered from 1, drawings from 0."""
    return int(Path(path).stem) - 1
