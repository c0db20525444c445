"""Checks the output paths of an export before the work starts."""

import tempfile
from pathlib import Path

from stgan_tf.files import make_folder


def require_free(path: Path, overwrite: bool) -> None:
    """Raises ValueError if `path` exists and must not be replaced."""
    if path.exists() and not overwrite:
        raise ValueError(
            f"{path} already exists: choose another --version or --out_dir, or replace it with "
            "--overwrite."
        )


def require_writable(folder: Path) -> None:
    """Creates the folder; raises PermissionError or another OSError if it cannot be written to."""
    try:
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise type(error)(f"--out_dir={folder} cannot be written to: {error}") from error
