"""The files of a checkpoint: their checksums, and which checkpoint of a folder to resume from.

Next to iteration-7.index and iteration-7.data-00000-of-00001 there is iteration-7.sha256, in the
format that `sha256sum` prints and checks. Nothing here relies on file times: clocks differ.
"""

import contextlib
import os
import re
import shutil
from pathlib import Path

from stgan_tf.digests import digest
from stgan_tf.files import make_folder, sync_folder, sync_tree, write_text
from stgan_tf.run_layout import checkpoint_names

CHECKSUM_SUFFIX = ".sha256"

#: Subfolder of the checkpoint folder that holds the checkpoint being written.
_UNFINISHED_FOLDER = ".unfinished"

#: The file in which TensorFlow names the newest checkpoint.
STATE_FILE = "checkpoint"


def checksum_path(prefix: Path) -> Path:
    """The file with the checksums of checkpoint `prefix` (FOLDER/iteration-7)."""
    return prefix.with_name(prefix.name + CHECKSUM_SUFFIX)


def data_files(prefix: Path) -> list[Path]:
    """The existing index and data files of checkpoint `prefix`."""
    return sorted(
        path
        for path in prefix.parent.glob(f"{prefix.name}.*")
        if re.fullmatch(r"\.(index|data-\d+-of-\d+)", path.name[len(prefix.name) :])
    )


def make_room(prefix: Path) -> Path:
    """Prepares the temporary folder; returns the prefix to write to before calling `publish`."""
    folder = prefix.parent / _UNFINISHED_FOLDER
    make_folder(prefix.parent)
    remove_unfinished(prefix)
    folder.mkdir()
    return folder / prefix.name


def publish(unfinished: Path, prefix: Path) -> None:
    """Moves a complete checkpoint into place and adds its checksums.

    The order is data, checksums, index, so that a checkpoint with an index also has checksums. Each
    is flushed to disk before the next: older checkpoints are deleted once this one is named.
    """
    sync_tree(unfinished.parent)
    files = data_files(unfinished)
    lines = "".join(f"{digest(path)}  {path.name}\n" for path in files)
    index = unfinished.with_name(f"{unfinished.name}.index")
    for path in files:
        if path != index:
            os.replace(path, prefix.with_name(path.name))
    write_text(checksum_path(prefix), lines)
    os.replace(index, prefix.with_name(index.name))
    sync_folder(prefix.parent)
    unfinished.parent.rmdir()


def has_checksums(prefix: Path) -> bool:
    """Whether checkpoint `prefix` has a file with checksums."""
    return checksum_path(prefix).is_file()


def find_damage(prefix: Path) -> str | None:
    """What is wrong with checkpoint `prefix`, or None if it is intact.

    One without checksums, written by an earlier version, counts as intact if its files exist.
    """
    if not has_checksums(prefix):
        found = {path.suffix for path in data_files(prefix)}
        if ".index" not in found or len(found) < 2:
            return f"files of {prefix.name} are missing"
        return None
    text = checksum_path(prefix).read_text(encoding="utf-8", errors="replace")
    lines = re.findall(r"^([0-9a-f]{64})  (\S+)$", text, re.MULTILINE)
    if not lines:
        return f"{checksum_path(prefix).name} contains no checksums"
    for expected, name in lines:
        path = prefix.with_name(name)
        if not path.is_file():
            return f"{name} is missing"
        if digest(path) != expected:
            return f"{name} ({path.stat().st_size:,} bytes) does not match its SHA-256 checksum"
    return None


def name_newest(prefix: Path, keep: int) -> None:
    """Names `prefix` in the file `checkpoint` and removes the oldest checkpoints, keeping `keep`.

    Later checkpoints are left alone: either someone went back to an earlier one on purpose, or they
    are damaged and will be overwritten.
    """
    folder = prefix.parent
    names = [
        name for name in checkpoint_names(folder) if _iteration(name) <= _iteration(prefix.name)
    ]
    kept = names[-keep:]
    lines = [f'model_checkpoint_path: "{prefix.name}"\n']
    lines += [f'all_model_checkpoint_paths: "{name}"\n' for name in kept]
    write_text(folder / STATE_FILE, "".join(lines))
    for name in names[:-keep]:
        for path in [*data_files(folder / name), checksum_path(folder / name)]:
            path.unlink(missing_ok=True)


def remove_unfinished(prefix: Path) -> None:
    """Removes what a failed save of `prefix`, or any save that was killed, left behind.

    Errors are ignored: the disk itself may be failing.
    """
    folder = prefix.parent
    shutil.rmtree(folder / _UNFINISHED_FOLDER, ignore_errors=True)
    strays = [*folder.glob(f".{STATE_FILE}-*"), *folder.glob(f".*{CHECKSUM_SUFFIX}")]
    if not prefix.with_name(f"{prefix.name}.index").exists():
        strays += [*data_files(prefix), checksum_path(prefix)]
    for path in strays:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def named_checkpoint(folder: Path) -> str | None:
    """The newest checkpoint according to the file `checkpoint`; None if it is missing or damaged.

    Only the name counts, not its folder, so that a run folder can be moved.
    """
    path = folder / STATE_FILE
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    found = re.search(r'^model_checkpoint_path: "([^"\n]*)"', text, re.MULTILINE)
    return Path(found[1]).name if found and _iteration(found[1]) >= 0 else None


def candidates(folder: Path) -> list[Path]:
    """The checkpoints to resume from, best first.

    These are the one that the file `checkpoint` names and those before it. If it names none, they
    are the ones with checksums, newest first: only these are known to be complete.
    """
    names = checkpoint_names(folder)[::-1]
    newest = named_checkpoint(folder)
    if newest is None:
        return [folder / name for name in names if has_checksums(folder / name)]
    older = [name for name in names if _iteration(name) < _iteration(newest)]
    return [folder / name for name in (newest, *older)]


def _iteration(name: str) -> int:
    digits = name.rsplit("-", 1)[-1]
    return int(digits) if digits.isdecimal() else -1
