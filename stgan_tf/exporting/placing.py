"""Where an export may go, asked before the work."""

import tempfile
from pathlib import Path

from stgan_tf.files import make_folder


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
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise type(error)(f"--out_dir={folder} cannot be written: {error}") from error
