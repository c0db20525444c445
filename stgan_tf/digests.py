"""SHA-256 digests of files, to check that a file is the one that was written or described."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

_CHUNK = 1 << 20


def digest(*paths: Path) -> str:
    """The hexadecimal SHA-256 of a file, or of several files concatenated."""
    value = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                value.update(chunk)
    return value.hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """{path relative to `folder`: SHA-256} of all its files, sorted by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}


def require_digests(folder: Path, expected: Mapping[str, str]) -> None:
    """Raises ValueError for the first file that is missing or differs from `expected`."""
    for name, value in expected.items():
        path = folder / name
        if not path.is_file():
            raise ValueError(f"{folder} is incomplete: it has no {name}. Export the model again.")
        if digest(path) != value:
            raise ValueError(
                f"{path} is damaged or from another export: its sha256 is not the one in "
                "the model's description. Copy it again, or export the model again."
            )
