"""Atomic writes of files and folders, which survive a power cut too: written under a temporary
name, flushed to disk (fsync), then renamed.
"""

import contextlib
import errno
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

#: Not disk errors: the file system does not support fsync on this.
_NO_FSYNC = {errno.EINVAL, errno.ENOTSUP}


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Yields a temporary path in the same folder; on success it replaces `path`, on an exception it
    is removed and `path` is unchanged. The suffix is kept, for writers that depend on it.
    """
    path = Path(path)
    make_folder(path.parent)
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(6)}{path.suffix}")
    # Not with tempfile, which makes private files: here the system applies the user's umask, which
    # cannot be read without setting it for all threads.
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        sync(temporary)
        os.replace(temporary, path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path | str, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(path: Path | str, data: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_with(path: Path | str, save: Callable[[Path], None]) -> None:
    """Like `write_bytes`, for libraries that save to a path themselves: save(temporary_path)."""
    with replacing(path) as temporary:
        save(temporary)


def append_line(path: Path | str, line: str) -> None:
    """Appends `line`, given without its newline, to a text file and flushes it to disk."""
    path = Path(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    sync(path)
    sync_folder(path.parent)


def replace_folder(built: Path, path: Path) -> None:
    """Moves the finished folder `built` to `path`, on the same file system, replacing what is
    there; all its files are flushed to disk first. On an exception `path` is unchanged.
    """
    make_folder(path.parent)
    sync_tree(built)
    # A folder cannot be renamed over a non-empty one.
    with tempfile.TemporaryDirectory(prefix=".old-", dir=built.parent) as aside:
        old = Path(aside, path.name)
        if path.exists():
            os.replace(path, old)
        try:
            os.replace(built, path)
        except OSError:
            if old.exists():
                os.replace(old, path)
            raise
        sync_folder(path.parent)


@contextlib.contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """`replacing` for a folder: yields an empty folder beside `folder`, which replaces it on
    success. On an exception nothing changes.
    """
    make_folder(folder.parent)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        new = Path(temporary) / "new"  # TemporaryDirectory itself is private
        new.mkdir()
        yield new
        replace_folder(new, folder)


def make_folder(folder: Path) -> None:
    """mkdir with parents, each flushed to disk in its parent folder."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_tree(folder: Path) -> None:
    """Flushes `folder` and all files and folders below it to disk."""
    for parent, _, files in os.walk(folder):
        for name in files:
            sync(Path(parent, name))
        sync_folder(Path(parent))


def sync_folder(folder: Path) -> None:
    """Flushes the entries of `folder` to disk: what was created, renamed or removed there."""
    if os.name == "posix":  # Windows cannot open folders, and journals their entries itself
        sync(folder)


def sync(path: Path) -> None:
    """Flushes a file's content to disk, whoever wrote it. Raises OSError if the disk fails."""
    # Windows flushes only files that are open for writing.
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise
    finally:
        os.close(handle)
