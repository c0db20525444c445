"""What a power cut would leave: the contents and names that were on the disk at each rename."""

import os
from pathlib import Path


class DiskJournal:
    """Watches fsync and renames from here on; use it with pytest's monkeypatch.

    events: ("sync" or "move", path), in order. A move is of a file or a folder, named by its new
    path. unsafe: new paths of what was moved while some of its content was not on the disk.
    """

    def __init__(self, monkeypatch):
        self.events: list[tuple[str, Path]] = []
        self.unsafe: list[Path] = []
        self._synced: dict[int, tuple] = {}
        self._fsync, self._replace = os.fsync, os.replace
        monkeypatch.setattr(os, "fsync", self._watch_fsync)
        monkeypatch.setattr(os, "replace", self._watch_replace)
        monkeypatch.setattr(os, "rename", self._watch_replace)

    def moves(self) -> list[Path]:
        return [path for kind, path in self.events if kind == "move"]

    def require_safe(self, *moved: Path) -> None:
        """Fails unless `moved` were moved whole, and their names then forced to the disk."""
        for path in moved:
            assert path in self.moves(), f"{path} was not moved into its place: {self.events}"
            assert path not in self.unsafe, f"{path} was renamed before it was on the disk"
            later = self.events[self.events.index(("move", path)) :]
            assert ("sync", path.parent) in later, f"the name of {path} may be lost"

    def _watch_fsync(self, handle):
        self._fsync(handle)
        status = os.fstat(handle)
        self._synced[status.st_ino] = _state(status)
        self.events.append(("sync", Path(os.readlink(f"/proc/self/fd/{handle}"))))

    def _watch_replace(self, source, target):
        if not self._is_synced(Path(source)):
            self.unsafe.append(Path(target))
        self._replace(source, target)
        self.events.append(("move", Path(target)))

    def _is_synced(self, path: Path) -> bool:
        paths = [path, *path.rglob("*")] if path.is_dir() else [path]
        statuses = [each.stat() for each in paths]
        return all(self._synced.get(status.st_ino) == _state(status) for status in statuses)


def _state(status: os.stat_result) -> tuple:
    return status.st_size, status.st_mtime_ns
