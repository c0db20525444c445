"""`VersionManager`: loads and replaces the newest versions of a model without interrupting
requests.
"""

import contextlib
import dataclasses
import gc
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from stgan_tf.serving.transport import VersionStatus
from stgan_tf.serving.version_folders import Fingerprint, fingerprint, version_folders

START, LOADING, AVAILABLE = "START", "LOADING", "AVAILABLE"
UNLOADING, END = "UNLOADING", "END"


@dataclasses.dataclass
class _Entry:
    status: VersionStatus
    model: Any = None
    users: int = 0
    failed_with: Fingerprint | None = None


class VersionManager:
    """Keeps the newest versions of a model loaded, as TF Serving does.

    A folder is loaded once it has not changed between two polls, so that a version can be copied
    while the server is running. A version is only unloaded when a newer one is available, and after
    the last request that uses it. One that cannot be loaded is reported (END, with the error) and
    retried when its files change; meanwhile older ones keep serving.

    Args:
        base: Folder of numbered version folders.
        load: Version folder -> model; raises an exception if it cannot be served.
        num_versions: Number of versions to keep loaded.
        poll_seconds: Time between two polls of the folder.
        on_change: Called with the available versions, newest first, whenever they change.
    """

    def __init__(
        self,
        base: Path,
        load: Callable[[Path], Any],
        num_versions: int = 1,
        poll_seconds: float = 2.0,
        on_change: Callable[[list[int]], None] = lambda versions: None,
    ):
        if num_versions < 1:
            raise ValueError(f"`num_versions` must be at least 1. Received: {num_versions}.")
        self._base = base
        self._load = load
        self._num_versions = num_versions
        self._poll_seconds = poll_seconds
        self._on_change = on_change
        self._entries: dict[int, _Entry] = {}
        self._seen: dict[int, Fingerprint] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="versions", daemon=True)

    def start(self) -> None:
        """Loads the existing versions, then watches the folder in the background.

        Raises FileNotFoundError if there is no version, ValueError if none can be loaded.
        """
        if not self._base.is_dir() or not version_folders(self._base):
            raise FileNotFoundError(
                f"No model in {self._base}: it needs folders named by a number, as "
                "stgan_tf.export writes them."
            )
        self.poll(settle=False)
        if not self.available():
            errors = "; ".join(f"{row.version}: {row.error_message}" for row in self.status())
            raise ValueError(f"No version in {self._base} can be loaded. {errors}")
        self._thread.start()

    def stop(self) -> None:
        """Stops watching; loaded models stay usable."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def available(self) -> list[int]:
        """The available versions, newest first."""
        with self._lock:
            found = (v for v, entry in self._entries.items() if entry.status.state == AVAILABLE)
            return sorted(found, reverse=True)

    def status(self) -> list[VersionStatus]:
        """All versions known and not removed, newest first."""
        with self._lock:
            return [self._entries[version].status for version in sorted(self._entries)[::-1]]

    @contextlib.contextmanager
    def lease(self, version: int | None = None) -> Iterator[tuple[int, Any]]:
        """A context manager that yields (version, model) and keeps it loaded; None: the newest.
        Raises KeyError if it is not available.
        """
        with self._lock:
            if version is None:
                serving = [v for v, e in self._entries.items() if e.status.state == AVAILABLE]
                version = max(serving, default=-1)
            entry = self._entries.get(version)
            if entry is None or entry.status.state != AVAILABLE:
                raise KeyError(version)
            entry.users += 1
        try:
            yield version, entry.model
        finally:
            with self._lock:
                entry.users -= 1
            self._drop_unused(version, entry)

    def poll(self, settle: bool = True) -> None:
        """Polls the folder once: loads, unloads and forgets versions. `settle`: skip folders that
        have changed since the last poll.
        """
        folders = version_folders(self._base)
        serving: list[int] = []
        for version, folder in folders.items():
            if len(serving) == self._num_versions:
                break
            if self._serves(version, folder, settle):
                serving.append(version)
        if serving:
            for version in self.available():
                if version not in serving:
                    self._unload(version)
        with self._lock:
            for version in [v for v in self._entries if v not in folders]:
                if self._entries[version].model is None:
                    del self._entries[version]

    def _serves(self, version: int, folder: Path, settle: bool) -> bool:
        """Whether the version is available, after trying to load it if necessary."""
        entry = self._entries.get(version)
        if entry is not None and entry.model is not None:
            return entry.status.state == AVAILABLE
        found = fingerprint(folder)
        settled = self._seen.get(version) == found or not settle
        self._seen[version] = found
        if entry is not None and entry.failed_with == found:
            return False
        if not settled:
            if entry is None:
                self._set(version, START)
            return False
        logging.info("Version %d: loading %s", version, folder)
        self._set(version, LOADING)
        try:
            model = self._load(folder)
        # No error in a new version may stop the old one from serving.
        except Exception as error:
            logging.exception("Version %d cannot be loaded: %s", version, error)
            self._set(version, END, _code(error), str(error) or type(error).__name__)
            self._entries[version].failed_with = found
            return False
        with self._lock:
            self._entries[version].model = model
        self._set(version, AVAILABLE)
        logging.info("Version %d: available", version)
        self._on_change(self.available())
        return True

    def _unload(self, version: int) -> None:
        logging.info("Version %d: unloading after its last request", version)
        self._set(version, UNLOADING)
        self._on_change(self.available())
        self._drop_unused(version, self._entries[version])

    def _drop_unused(self, version: int, entry: _Entry) -> None:
        with self._lock:
            if entry.status.state != UNLOADING or entry.users or entry.model is None:
                return
            entry.model = None
        self._set(version, END)
        gc.collect()  # Keras's and TensorFlow's objects have reference cycles.
        logging.info("Version %d: unloaded", version)

    def _set(self, version: int, state: str, code: str = "OK", message: str = "") -> None:
        with self._lock:
            entry = self._entries.setdefault(version, _Entry(VersionStatus(version, state)))
            entry.status = VersionStatus(version, state, code, message)

    def _watch(self) -> None:
        while not self._stopping.wait(self._poll_seconds):
            try:
                self.poll()
            except OSError:
                logging.exception("Cannot read %s; still serving the loaded versions.", self._base)


def _code(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "NOT_FOUND"
    return "INVALID_ARGUMENT" if isinstance(error, ValueError) else "UNKNOWN"
