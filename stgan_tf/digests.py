"""SHA-256 of files: whether a file is the one that was written or described."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

_CHUNK = 1 << 20


def digest(*paths: Path) -> str:
    """Hexadecimal SHA-256 of a file, or of several one after the other."""
    value = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                value.update(chunk)
    return value.hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """{path relative to `folder`: SHA-256} of all its files, in order of their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}


def require_digests(folder: Path, expected: Mapping[str, str]) -> None:
    """Raises ValueError naming the first file that is missing or differs."""
    for name, value in expected.items():
        path = folder / name
        if not path.is_file():
            raise ValueError(f"{folder} is incomplete: it has no {name}. Export the model again.")
        if digest(path) != value:
            raise ValueError(
                f"{path} is damaged or from another export: its sha256 is not the one in "
                "the model's description. Copy it again, or export the model again."
            )
