"""Values that the official code of other systems computed, and how close ours must be.

They lie in the folder $STGAN_SYSTEM_FIXTURES, by default ../shared/official/systems: NAME.npz with
NAME.json, whose `system` says whose they are. Every file of a system is tested, built from the
file's own configuration.
"""

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
_DEFAULT = ROOT.parent / "shared" / "official" / "systems"

#: What the official code itself differs by between float32 and float64, with twice the room:
#: (gradients relative to each array's largest, losses and images absolute, weights after a step).
_FLOAT32 = {
    "StarGAN": (8e-5, 3e-5, 2e-4),
    "CycleGAN": (6e-3, 5e-3, 8e-4),
    "FaderNetworks": (3e-3, 4e-4, 8e-4),
}


@dataclasses.dataclass(frozen=True)
class Fixture:
    """One file: its JSON, its arrays, and what was compared so far."""

    name: str
    description: dict
    arrays: dict[str, np.ndarray]
    compared: set[str]

    @property
    def config(self) -> dict:
        return self.description["config"]

    @property
    def dtype(self) -> str:
        return self.description["float"]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def names(self, start: str) -> list[str]:
        return [name for name in self.arrays if name.startswith(start)]

    def compare(self, name: str, value, transform=lambda array: array, kind="value") -> None:
        """`value` against the array `name`, brought to our layout by `transform`; kind: value,
        gradient, weight (after a step) or later (a value or gradient after a step: Keras keeps the
        learning rate as float32, 2e-8 off, which is felt there).
        """
        expected = transform(np.asarray(self.arrays[name]))
        value = np.asarray(value).reshape(expected.shape)
        scale = max(np.abs(expected).max(initial=0.0), 1e-30)
        if self.dtype == "float64":
            tolerance = {"weight": 1e-9 * max(scale, 1.0), "later": 1e-8 * scale}.get(
                kind, 1e-9 * scale
            )
        else:
            gradient, plain, weight = _FLOAT32[self.description["system"]]
            tolerance = {
                "gradient": gradient * scale,
                "weight": weight,
            }.get(kind, plain * max(scale, 1.0))
        worst = np.abs(value - expected).max(initial=0.0)
        assert worst <= tolerance, f"{self.name} {name}: differs by {worst:.3g} of {scale:.3g}"
        self.compared.add(name)


def edits_bound(fixture: Fixture) -> float:
    """How close our float32 must be to the images of a file, whatever its own precision."""
    return _FLOAT32[fixture.description["system"]][1]


def fixtures_of(system: str) -> list:
    """pytest parameters: the paths of the system's files, or one that says they are absent."""
    folder = Path(os.environ.get("STGAN_SYSTEM_FIXTURES", _DEFAULT))
    paths = sorted(folder.glob("*.npz")) if folder.is_dir() else []
    found = [
        path
        for path in paths
        if json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["system"] == system
    ]
    return [pytest.param(path, id=path.stem) for path in found] or [
        pytest.param(None, id=f"no {system} in {folder}")
    ]


def read_fixture(path: Path | None) -> Fixture:
    """Skips where there is no file; fails in CI."""
    if path is None:
        message = "The official code's values are not there (STGAN_SYSTEM_FIXTURES)."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    description = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return Fixture(path.stem, description, dict(np.load(path)), set())


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
