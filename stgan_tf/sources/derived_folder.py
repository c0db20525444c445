"""Cached folders that are derived from other data: their location, and a lock for creating them."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout


def cache_root() -> Path:
    """$XDG_CACHE_HOME/stgan_tf, or ~/.cache/stgan_tf; not created."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "stgan_tf"


@contextlib.contextmanager
def only_maker_of(folder: Path) -> Iterator[None]:
    """Inside the context, only this process creates `folder`; others wait, and print that they do.
    The lock is released when its process ends, however it ends. Raises OSError if the folder cannot
    be written.
    """
    lock = FileLock(folder.with_name(f".{folder.name}.lock"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        print(f"Waiting for another process that is writing {folder}.", file=sys.stderr, flush=True)
        lock.acquire()
    except OSError as error:
        raise OSError(
            f"{folder} cannot be written ({error}): set XDG_CACHE_HOME to a folder with enough "
            "space, "
            "or name a data set with --data_dir."
        ) from error
    try:
        yield
    finally:
        lock.release()
