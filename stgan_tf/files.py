"""Files and folders that are either whole or absent, after a power cut too: written under a
temporary name, forced to the disk (fsync), then renamed.
"""

import contextlib
import errno
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

#: Not an error of the disk: this kind of file system has no fsync of this.
_NO_FSYNC = {errno.EINVAL, errno.ENOTSUP}


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Yields a temporary path in the same folder; on success it replaces `path`, on an exception it
    is removed and `path` stays as it was. The suffix is kept, for writers that go by it.
    """
    path = Path(path)
    make_folder(path.parent)
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(6)}{path.suffix}")
    # Not by tempfile, which makes private files: the system applies the user's umask, which cannot
    # be read without setting it, for all threads.
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
    """For libraries that save to a path themselves: save(temporary_path)."""
    with replacing(path) as temporary:
        save(temporary)


def append_line(path: Path | str, line: str) -> None:
    """Adds `line`, without its end, to a text file that grows; it is on the disk afterwards."""
    path = Path(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    sync(path)
    sync_folder(path.parent)


def replace_folder(built: Path, path: Path) -> None:
    """Moves the finished folder `built` to `path`, on the same file system, in place of what is
    there, with all its files on the disk first. On an exception `path` is as it was.
    """
    make_folder(path.parent)
    sync_tree(built)
    # A folder cannot be renamed over another that holds files.
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


def make_folder(folder: Path) -> None:
    """mkdir with its parents, each on the disk in the folder that holds it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_tree(folder: Path) -> None:
    """Forces all files and folders below `folder`, and itself, to the disk."""
    for parent, _, files in os.walk(folder):
        for name in files:
            sync(Path(parent, name))
        sync_folder(Path(parent))


def sync_folder(folder: Path) -> None:
    """Forces the names in `folder` to the disk: what was made, renamed or removed there."""
    if os.name == "posix":  # Windows opens no folders, and writes their names through its journal
        sync(folder)


def sync(path: Path) -> None:
    """Forces a file's content to the disk, whoever wrote it. OSError where the disk fails."""
    # Windows flushes only what is open for writing.
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise
    finally:
        os.close(handle)
