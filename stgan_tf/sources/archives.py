"""Detects archives in a data folder that the user has forgotten to unpack."""

import re
from pathlib import Path

_ARCHIVE = re.compile(
    r".+\.(zip|7z|7z\.\d+|zip\.\d+|rar|tar|tgz|tbz2?|txz|tar\.\w+|gz|bz2|xz)", re.IGNORECASE
)


def is_archive(path: Path) -> bool:
    """Whether `path` is named like an archive."""
    return _ARCHIVE.fullmatch(path.name) is not None


def archives_hint(*folders: Path) -> str:
    """A sentence that lists the archives in `folders`, preceded by a space, or ""."""
    found = sorted(
        {
            path
            for folder in folders
            if folder.is_dir()
            for path in folder.iterdir()
            if is_archive(path)
        }
    )
    if not found:
        return ""
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return f" Not unpacked yet: {', '.join(map(str, found[:5]))}{more}."
