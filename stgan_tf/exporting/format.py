"""The contract of an export format: what `export_run` asks of one, and the formats by name.

Another package adds one by an entry point of the group `stgan_tf.formats`: its name the format's,
its object the `Format` class.
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

#: name -> "module:class"; imported when it is used, because TensorFlow comes with it.
_BUILT_IN = {
    "saved_model": "stgan_tf.exporting.saved_model_format:SavedModelFormat",
    "litert": "stgan_tf.exporting.litert_format:LiteRTFormat",
}


@dataclasses.dataclass(frozen=True)
class Job:
    """One export.

    Attributes:
        model: The run, as `stgan_tf.runtime.exportable.Exportable`.
        samples: Images and edits to compare on (`stgan_tf.exporting.samples.Samples`).
        calibration: Others, to measure ranges on; None where no format asked for them.
        expected: What Keras makes of `samples`, float32 (N, S, S, 3) in [-1, 1].
        options: What was asked for.
        provenance: For descriptions and reports.
    """

    model: Any
    samples: Any
    calibration: Any
    expected: Any
    options: ExportOptions
    provenance: Mapping[str, object]


class Format(abc.ABC):
    """A format, without state.

    Attributes:
        name: Of --formats, and the folder in --out_dir.
    """

    name: str

    @abc.abstractmethod
    def require(self, options: ExportOptions) -> None:
        """Raises ModuleNotFoundError, with what to install, where it cannot be made here."""

    def place(self, out_dir: Path, step: int, options: ExportOptions) -> Path:
        """The folder that is made, for a run of `step` iterations."""
        return out_dir / self.name

    def calibration_images(self, options: ExportOptions) -> int:
        """Images that `build` needs besides those to compare on."""
        return 0

    @abc.abstractmethod
    def build(self, job: Job, folder: Path) -> None:
        """Writes the files into `folder`, which is made and removed by the caller."""

    @abc.abstractmethod
    def verify(self, job: Job, folder: Path) -> dict[str, Any]:
        """Reads what was built as its users will, compares it with Keras, and completes it with
        its description. Returns JSON values with what was measured; ParityError (or another
        ValueError) where it is too far off: then nothing is kept.
        """

    @abc.abstractmethod
    def describe(self, report: Mapping[str, Any]) -> list[list[str]]:
        """Rows of the table that is shown (`stgan_tf.exporting.report.HEADER`), from `verify`'s
        values and `keras_latency_ms`, what an image takes in Keras.
        """


def format_names() -> tuple[str, ...]:
    """All formats that there are."""
    return tuple(dict.fromkeys([*_BUILT_IN, *added(ENTRY_POINTS)]))


def require_known(names: Sequence[str]) -> None:
    """Raises ValueError where one of `names` is no format."""
    if not set(names) <= set(format_names()):
        raise ValueError(
            f"--formats must be of {', '.join(format_names())}, each once. "
            f"Received: {','.join(names)}."
        )


def find_format(name: str) -> Format:
    """The format called `name`; ValueError for an unknown name, or a package that is broken."""
    require_known([name])
    if name in _BUILT_IN:
        module, kind = _BUILT_IN[name].split(":")
        return getattr(importlib.import_module(module), kind)()
    return load_added(ENTRY_POINTS, name, "formats")()
