"""Folders that are made of something else, once: where they lie, and one maker at a time."""

import contextlib
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stgan_tf.files import make_folder, replace_folder


def cache_root() -> Path:
    """$XDG_CACHE_HOME/stgan_tf, or ~/.cache/stgan_tf; not made."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "stgan_tf"


@contextlib.contextmanager
def only_maker_of(folder: Path) -> Iterator[None]:
    """Inside, this process alone makes `folder`; others that come meanwhile wait, and say so. The
    lock goes with the process that holds it, however that ends.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = folder.with_name(f".{folder.name}.lock").open("w")
    except OSError as error:
        raise OSError(
            f"{folder} cannot be written ({error}): set XDG_CACHE_HOME to a folder with room, or "
            "name a data set with --data_dir."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another process that writes {folder}.", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """Yields an empty folder beside `folder`; on success it takes that name, in place of what was
    there, on an exception it is removed.
    """
    make_folder(folder.parent)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield partial
        partial.chmod(0o755)  # mkdtemp makes private folders
        replace_folder(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
