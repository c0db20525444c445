"""The pictures of a study: photos of the test split, edited by several runs as the evaluation edits
them.
"""

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from stgan_tf.attributes import Exclusion, require_known
from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import name_unreadable
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.evaluation.directions import Directions
from stgan_tf.evaluation.protocol import ProtocolEdits
from stgan_tf.images import to_uint8
from stgan_tf.run_layout import AVERAGE
from stgan_tf.sources.domains import domains_of
from stgan_tf.training.run_folder import Run, load_run
from stgan_tf.user_study.choosing_questions import WantedEdit
from stgan_tf.user_study.wording import ADD, REMOVE

_BATCH_SIZE = 32
#: What has to agree for the runs to see the same part of a photo.
_FRAMING = ("crop", "crop_frame", "resize")
_SPLITTING = ("split", "split_fractions")


class RunEdits:
    """Edits photos with several runs.

    Args:
        run_dirs: {system: run folder}.
        data_dir: Folder of the photos; empty: that of the first run.
        split: train, validation or test, as the first run defines it.
        attributes: To be edited; empty: all of the first run.
        weights: average or raw (`load_run`).

    Attributes:
        runs: {system: its run folder}.
        data_dir: Folder of the photos, or what they are.
        attributes: The attributes to be edited.
        size: Side of the pictures in pixels: the largest of the runs'.
        paths: (N,) str: the photos.

    Raises FileNotFoundError or ValueError if a run cannot be loaded or lacks an attribute, or if
    the runs see different parts of a photo.
    """

    def __init__(
        self,
        run_dirs: Mapping[str, Path],
        data_dir: str = "",
        split: str = "test",
        attributes: Sequence[str] = (),
        weights: str = AVERAGE,
    ):
        if not run_dirs:
            raise ValueError("--runs must name two systems or more. Received: none.")
        self.runs = {name: str(folder) for name, folder in run_dirs.items()}
        self._runs = {name: load_run(folder, weights) for name, folder in run_dirs.items()}
        configs = {name: run.config.data for name, run in self._runs.items()}
        name, first = next(iter(configs.items()))
        if data_dir:
            first = dataclasses.replace(first, data_dir=data_dir)
        self.data_dir = first.source
        _require_same_framing(configs)
        self.attributes = tuple(attributes) or tuple(first.attributes)
        for name, config in configs.items():
            try:
                require_known(self.attributes, config.attributes)
            except ValueError as error:
                raise ValueError(
                    f"--attributes: {name} cannot edit all of them. {error}"
                ) from error
        self._first = first
        self.size = max(config.image_size for config in configs.values())
        # With the labels of all runs: every photo is read and checked, once.
        every = dict.fromkeys(name for config in configs.values() for name in config.attributes)
        self._table = load_split(dataclasses.replace(first, attributes=tuple(every)), split)

    @property
    def paths(self) -> np.ndarray:
        return self._table.paths

    def candidates(self) -> dict[str, dict[str, list[int]]]:
        """{attribute: {change: rows of the photos to which flipping the attribute does that}}."""
        config = self._first
        domains = domains_of(config)
        directions = Directions(config.attributes, domains) if domains else None
        found: dict[str, dict[str, list[int]]] = {}
        for attribute in self.attributes:
            column = config.attributes.index(attribute)
            changes = found.setdefault(attribute, {})
            for row, labels in enumerate(self._table.with_attributes(config.attributes).attributes):
                change = REMOVE if labels[column] else ADD
                if directions:
                    change = directions.of(attribute, labels)
                if change is not None:
                    changes.setdefault(change, []).append(row)
        return found

    def edited(self, wanted: Sequence[WantedEdit], intensity: float) -> list[dict[str, np.ndarray]]:
        """For each wanted edit {system: the edited photo}, uint8 (size, size, 3)."""
        pictures: list[dict[str, np.ndarray]] = [{} for _ in wanted]
        for name, run in self._runs.items():
            config, table = self._as_seen_by(run)
            exclusion = Exclusion.of(
                config.attributes, config.exclusive_attributes, table.attributes
            )
            editor = ProtocolEdits(run.network, config.attributes, run.label_rule, exclusion)
            for start in range(0, len(wanted), _BATCH_SIZE):
                part = wanted[start : start + _BATCH_SIZE]
                batch = _batch(table, config, [edit.row for edit in part])
                encoded = editor.encode(batch["images"])
                source = batch["source_attributes"].numpy()
                for attribute in dict.fromkeys(edit.attribute for edit in part):
                    flipped = editor.flip(encoded, source, attribute, intensity)
                    for i, edit in enumerate(part):
                        if edit.attribute == attribute:
                            pictures[start + i][name] = self._at_size(flipped[i])
        return pictures

    def photos(self, rows: Sequence[int]) -> list[np.ndarray]:
        """The part of each photo that the models see, uint8 (size, size, 3)."""
        config = dataclasses.replace(self._first, image_size=self.size)
        images = [
            _batch(self._table, config, rows[start : start + _BATCH_SIZE])["images"].numpy()
            for start in range(0, len(rows), _BATCH_SIZE)
        ]
        return list(to_uint8(np.concatenate(images)))

    def _as_seen_by(self, run: Run) -> tuple[DataConfig, ImageTable]:
        """The photos with the attributes and the size of a run."""
        own = run.config.data
        config = dataclasses.replace(
            self._first,
            attributes=own.attributes,
            image_size=own.image_size,
            exclusive_attributes=own.exclusive_attributes,
        )
        return config, self._table.with_attributes(own.attributes)

    def _at_size(self, picture: np.ndarray) -> np.ndarray:
        if picture.shape[0] == self.size:
            return picture
        resized = Image.fromarray(picture).resize((self.size, self.size), Image.Resampling.BICUBIC)
        return np.asarray(resized)


def _batch(table: ImageTable, config: DataConfig, rows: Sequence[int]) -> dict:
    some = table.select(np.asarray(rows))
    return next(name_unreadable(evaluation_dataset(some, config, len(some)), some, config))


def _require_same_framing(configs: Mapping[str, DataConfig]) -> None:
    (name, first), *others = configs.items()
    for other, config in others:
        for field in _FRAMING:
            ours, theirs = getattr(first, field), getattr(config, field)
            if ours != theirs:
                raise ValueError(
                    f"--runs: {name} has --{field}={ours!r}, {other} {theirs!r}: they see "
                    "different parts of a photo, by which participants could tell them apart. "
                    "Compare runs with the same framing."
                )
        if any(getattr(first, field) != getattr(config, field) for field in _SPLITTING):
            logging.warning(
                "%s and %s split the data differently: photos of the study may be among those "
                "that %s was trained on.",
                name,
                other,
                other,
            )
        if config.image_size != first.image_size:
            logging.warning(
                "%s has %d px, %s %d: the smaller pictures are enlarged, and look softer.",
                name,
                first.image_size,
                other,
                config.image_size,
            )
