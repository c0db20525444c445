"""Finished folders put in place by renaming: nobody sees one that is half written."""

import os
import shutil
import tempfile
from pathlib import Path


def require_free(path: Path, overwrite: bool) -> None:
    """Raises ValueError where `path` is there and must not be replaced."""
    if path.exists() and not overwrite:
        raise ValueError(
            f"{path} is there already: choose another --version or --out_dir, or replace it with "
            "--overwrite."
        )


def require_writable(folder: Path) -> None:
    """Makes the folder; raises PermissionError or another OSError where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise type(error)(f"--out_dir={folder} cannot be written: {error}") from error


def put_in_place(built: Path, path: Path) -> None:
    """Moves the folder `built` to `path`, in place of what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.replace(built, path)
        return
    # A folder cannot be renamed over another that holds files.
    old = Path(tempfile.mkdtemp(prefix=".old-", dir=built.parent)) / path.name
    os.replace(path, old)
    os.replace(built, path)
    shutil.rmtree(old.parent)
