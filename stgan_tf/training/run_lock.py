"""One process at a time trains in a run folder."""

import json
import logging
import os
import socket
import time
from pathlib import Path
from typing import TextIO

from stgan_tf.files import make_folder
from stgan_tf.options import ConfigError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

LOCK_FILE = "train.lock"


class RunLock:
    """Holds `run_dir` while entered; ConfigError names the process that has it already.

    The lock is the kernel's, on the open file train.lock: it goes with the process, however that
    ends, so one that was killed leaves nothing to clear away. The file only says who holds it.
    Where the file system has no locks, that is logged, and the run goes on without.
    """

    def __init__(self, run_dir: Path):
        self._path = run_dir / LOCK_FILE
        self._file: TextIO | None = None

    def __enter__(self) -> "RunLock":
        make_folder(self._path.parent)
        self._file = self._path.open("a+", encoding="utf-8")
        try:
            self._take()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _take(self) -> None:
        try:
            if fcntl is None:
                raise OSError("this system has no fcntl")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                "run_dir",
                f"{self._path.parent} is being trained by {self._holder()}. Wait for it, stop it, "
                "or give another --run_dir.",
            ) from None
        except OSError as error:
            logging.warning(
                "%s cannot be locked (%s): see to it that no other process trains there.",
                self._path,
                error,
            )
            return
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        self._file.truncate(0)
        self._file.write(json.dumps(holder) + "\n")
        self._file.flush()

    def _holder(self) -> str:
        self._file.seek(0)
        try:
            holder = json.loads(self._file.read())
            return f"process {holder['pid']} on {holder['host']} (since {holder['since']})"
        except (json.JSONDecodeError, KeyError, TypeError):
            return "another process"
