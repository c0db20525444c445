"""What is in a folder, in words: for messages about data that were not found."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

_SHOWN = 10


def listed(names: Iterable[str]) -> str:
    """The first ten names, and how many more there are."""
    names: Sequence[str] = list(names)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def there(folder: Path) -> str:
    """ "found: a, b", or that the folder is empty; without hidden files."""
    names = _visible(folder)
    return f"found: {listed(names)}" if names else "it is empty"


def nearest_folder(missing: Path) -> str:
    """A sentence on the nearest folder above the path `missing` that exists and can be read."""
    above = Path(os.path.abspath(missing)).parents
    folder = next(path for path in above if path.is_dir() and os.access(path, os.R_OK))
    names = _visible(folder)
    return f"The nearest existing folder is {folder}, which " + (
        f"contains {listed(names)}." if names else "is empty."
    )


def _visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
