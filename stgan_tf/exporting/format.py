"""The interface of an export format, as used by `export_run`, and the formats by name.

Other packages can add formats with entry points of the group `stgan_tf.formats`: the name is the
format's, the object the `Format` class.
"""

import abc
import dataclasses
import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stgan_tf.entry_points import added, load_added
from stgan_tf.exporting.options import ExportOptions

ENTRY_POINTS = "stgan_tf.formats"

#: name -> "module:class"; imported on first use, because it imports TensorFlow.
_BUILT_IN = {
    "saved_model": "stgan_tf.exporting.saved_model_format:SavedModelFormat",
    "litert": "stgan_tf.exporting.litert_format:LiteRTFormat",
}


@dataclasses.dataclass(frozen=True)
class Job:
    """The inputs of one export.

    Attributes:
        model: The run, as `stgan_tf.runtime.exportable.Exportable`.
        samples: Images and edits to compare on (`stgan_tf.exporting.samples.Samples`).
        calibration: Other images, for calibration; None if no format needs them.
        expected: The Keras model's edits of `samples`, float32 (N, S, S, 3) in [-1, 1].
        options: The requested options.
        provenance: Recorded in descriptions and reports.
    """

    model: Any
    samples: Any
    calibration: Any
    expected: Any
    options: ExportOptions
    provenance: Mapping[str, object]


class Format(abc.ABC):
    """A stateless export format.

    Attributes:
        name: Its name in --formats, and its folder in --out_dir.
    """

    name: str

    @abc.abstractmethod
    def require(self, options: ExportOptions) -> None:
        """Raises ModuleNotFoundError, saying what to install, if a required package is missing."""

    def place(self, out_dir: Path, step: int, options: ExportOptions) -> Path:
        """The output folder, for a run of `step` iterations."""
        return out_dir / self.name

    def calibration_images(self, options: ExportOptions) -> int:
        """Number of calibration images that `build` needs."""
        return 0

    @abc.abstractmethod
    def build(self, job: Job, folder: Path) -> None:
        """Writes the files to `folder`, which the caller creates and removes."""

    @abc.abstractmethod
    def verify(self, job: Job, folder: Path) -> dict[str, Any]:
        """Loads the built files as users will, compares them with Keras, and adds the description.
        Returns the measurements as JSON values. Raises ParityError (or another ValueError) if the
        difference is too large: then nothing is kept.
        """

    @abc.abstractmethod
    def describe(self, report: Mapping[str, Any]) -> list[list[str]]:
        """Rows of the results table (`stgan_tf.exporting.report.HEADER`), from the values of
        `verify` and `keras_latency_ms`, the latency of one image in Keras.
        """


def format_names() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(dict.fromkeys([*_BUILT_IN, *added(ENTRY_POINTS)]))


def require_known(names: Sequence[str]) -> None:
    """Raises ValueError if one of `names` is not a format."""
    if not set(names) <= set(format_names()):
        raise ValueError(
            f"--formats must be among {', '.join(format_names())}, each at most once. "
            f"Received: {','.join(names)}."
        )


def find_format(name: str) -> Format:
    """The format called `name`; raises ValueError for an unknown name or a broken package."""
    require_known([name])
    if name in _BUILT_IN:
        module, kind = _BUILT_IN[name].split(":")
        return getattr(importlib.import_module(module), kind)()
    return load_added(ENTRY_POINTS, name, "formats")()
