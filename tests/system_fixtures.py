"""Values that the official code of other systems computed, and how close ours must be.

They lie in the folder $STGAN_SYSTEM_FIXTURES, by default `systems` in that of the official code
($STGAN_OFFICIAL_FIXTURES): NAME.npz with NAME.json, whose `system` says whose they are. Every file
of a system is tested, built from the file's own configuration.
"""

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest
from fixture_folders import named_or_default

#: Of float32 files: how far a value may be off after one pass through a network, absolute, or
#: relative where the values are above 1. The official code itself differs by so much between
#: float32 and float64: StarGAN 1.2e-5, CycleGAN 3e-6, FaderNetworks 1.9e-4 (with skip connections);
#: ours and theirs may be off in opposite directions, and other networks of a system by more.
_ONE_PASS = {"StarGAN": 4e-5, "CycleGAN": 3e-5, "FaderNetworks": 4e-4}
#: How much more after a second pass, of the first one's result: a network enlarges the error that
#: it is given. 2.1 to 4.3 times in the official code, over 27 networks of 32 to 128 pixels.
_SECOND_PASS = 5
#: Of a gradient, relative to the largest in its array. Where a rectifier's input is zero but for
#: rounding, float32 takes the one slope or the other, and everything before it feels it: twice the
#: 3.8e-2 between the official code and ours in the largest of those networks. Where no rectifier is
#: at such a place it is 1e-5.
_GRADIENT = 8e-2
#: Of a gradient that our networks compute in float64 from such a file, in the same way: twice the
#: difference between the official code's two precisions, which is also the file's own error.
_OWN_GRADIENT = {"StarGAN": 7.6e-5, "CycleGAN": 6e-3, "FaderNetworks": 2.8e-3}
#: The systems whose files are tested.
KNOWN_SYSTEMS = tuple(_ONE_PASS)
#: Of a weight after a step, in learning rates: Adam's first step is one of them, either way,
#: however small the gradient. Finer things are for float64 files.
_STEPS = 2.1


@dataclasses.dataclass(frozen=True)
class Fixture:
    """One file: its JSON, its arrays, what was compared so far, and the precision of our networks,
    which may be finer than the file's: a float32 file is also compared with ours in float64, where
    no rounding of ours excuses a difference.
    """

    name: str
    description: dict
    arrays: dict[str, np.ndarray]
    compared: set[str]
    dtype: str

    @property
    def config(self) -> dict:
        return self.description["config"]

    @property
    def is_exact(self) -> bool:
        """Whether the file is in float64."""
        return self.description["float"] == "float64"

    def require(self, **values) -> None:
        """Fails where the configuration has another value than one of `values`: other networks or
        losses than ours, which would fail anyway, but not say why.
        """
        other = {
            name: self.config[name]
            for name, known in values.items()
            if self.config.get(name, known[0]) not in known
        }
        assert not other, f"{self.name}: has settings that we have not: {other}"

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def names(self, start: str | tuple[str, ...]) -> list[str]:
        return [name for name in self.arrays if name.startswith(start)]

    @property
    def learning_rate(self) -> float:
        """The largest in the configuration, which names it itself or in an optimiser's text."""
        named = [value for name, value in self.config.items() if name in ("lr", "g_lr", "d_lr")]
        texts = [value for name, value in self.config.items() if name.endswith("_optimizer")]
        return max(named + [float(text.split("lr=")[1].split(",")[0]) for text in texts])

    def compare(self, name: str, value, transform=lambda array: array, kind="value") -> None:
        """`value` against the array `name`, brought to our layout by `transform`; kind: value
        (after one pass through a network), second pass, gradient, weight (after a step) or later (a
        value or gradient that weights of ours after a step lead to: Keras keeps the learning rate
        as float32, at most 6e-8 off, and values move by that share of what the step moves them).
        """
        expected = transform(np.asarray(self.arrays[name]))
        value = np.asarray(value).reshape(expected.shape)
        scale = max(np.abs(expected).max(initial=0.0), 1e-30)
        if self.is_exact:
            tolerance = {"weight": 1e-9 * max(scale, 1.0), "later": 1.2e-7 * scale}.get(
                kind, 1e-9 * scale
            )
        else:
            system = self.description["system"]
            one_pass = _ONE_PASS[system] * max(scale, 1.0)
            gradient = _OWN_GRADIENT[system] if self.dtype == "float64" else _GRADIENT
            tolerance = {
                "gradient": gradient * scale,
                "weight": _STEPS * self.learning_rate,
                "second pass": _SECOND_PASS * one_pass,
            }.get(kind, one_pass)
        worst = np.abs(value - expected).max(initial=0.0)
        assert worst <= tolerance, f"{self.name} {name}: differs by {worst:.3g} of {scale:.3g}"
        self.compared.add(name)


def edits_bound(fixture: Fixture) -> float:
    """How close our float32 must be to the images of a file, whatever its own precision."""
    return _ONE_PASS[fixture.description["system"]]


def _folder() -> Path:
    default = named_or_default("STGAN_OFFICIAL_FIXTURES") / "systems"
    return Path(os.environ.get("STGAN_SYSTEM_FIXTURES", default))


def fixture_files() -> list[Path]:
    """The paths of all files; none if the folder is absent."""
    folder = _folder()
    return sorted(folder.glob("*.npz")) if folder.is_dir() else []


def fixtures_of(system: str) -> list:
    """pytest parameters: the paths of the system's files, or one that says they are absent."""
    found = [
        path
        for path in fixture_files()
        if json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["system"] == system
    ]
    return [pytest.param(path, id=path.stem) for path in found] or [
        pytest.param(None, id=f"no {system} in {_folder()}")
    ]


def compared_precisions(system: str) -> list:
    """pytest parameters: each of the system's files with the precisions of our networks."""
    found = []
    for parameter in fixtures_of(system):
        [path] = parameter.values
        kinds = ["float64"]
        if path is not None:
            text = path.with_suffix(".json").read_text(encoding="utf-8")
            kinds = list(dict.fromkeys([json.loads(text)["float"], "float64"]))
        found += [pytest.param(path, kind, id=f"{parameter.id}-{kind}") for kind in kinds]
    return found


def read_fixture(path: Path | None, dtype: str = "") -> Fixture:
    """The file, for networks of ours in `dtype`; empty: the file's own precision.

    Skips where there is no file. Fails where the official code's folder was named, which has files
    of all systems, and where a folder of systems was named that is missing.
    """
    if path is None:
        folder = _folder()
        message = f"The official code's values are not in {folder} (STGAN_SYSTEM_FIXTURES)."
        named = "STGAN_SYSTEM_FIXTURES" in os.environ
        if not folder.is_dir() if named else "STGAN_OFFICIAL_FIXTURES" in os.environ:
            pytest.fail(message)
        # A folder of systems need not have files of all.
        pytest.skip(message)
    description = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    arrays = dict(np.load(path))
    dtype = dtype or description["float"]
    if dtype == "float64":
        arrays = {
            name: array.astype(np.float64) if array.dtype == np.float32 else array
            for name, array in arrays.items()
        }
    return Fixture(path.stem, description, arrays, set(), dtype)


def require_all_compared(fixture: Fixture, given: tuple[str, ...]) -> None:
    """Fails where an array of the file was neither compared nor starts as one of `given`, which
    are inputs.
    """
    left = [
        name
        for name in fixture.arrays
        if name not in fixture.compared and not name.startswith(given)
    ]
    assert not left, f"{fixture.name}: not compared: {left}"
