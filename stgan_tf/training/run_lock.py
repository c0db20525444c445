"""A lock that lets only one process at a time train in a run folder."""

import json
import logging
import os
import socket
import time
from pathlib import Path

from filelock import FileLock, Timeout

from stgan_tf.files import make_folder, write_text
from stgan_tf.options import ConfigError

LOCK_FILE = "train.lock"
TRAINER_FILE = "trainer.json"


class RunLock:
    """Context manager that locks `run_dir`.

    It is a kernel lock on the open file train.lock and disappears with the process, however that
    ends, so a killed process leaves nothing to clean up. trainer.json only says who holds it. If
    the file system does not support locks, a warning is logged and the run continues without.

    Raises:
        ConfigError: On entering, if another process holds the lock; the message names it.
    """

    def __init__(self, run_dir: Path):
        self._folder = run_dir
        # A soft lock (the file's mere existence) would outlive a killed process.
        self._lock = FileLock(run_dir / LOCK_FILE, fallback_to_soft=False)

    def __enter__(self) -> "RunLock":
        make_folder(self._folder)
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            raise ConfigError(
                "run_dir",
                f"{self._folder} is in use by {self._holder()}, which is training there. Wait for "
                "it, stop it, or give another --run_dir.",
            ) from None
        except PermissionError:
            raise
        except OSError as error:
            logging.warning(
                "%s cannot be locked (%s): make sure that no other process trains there.",
                self._lock.lock_file,
                error,
            )
            return self
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        try:
            write_text(self._folder / TRAINER_FILE, json.dumps(holder) + "\n")
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _holder(self) -> str:
        try:
            holder = json.loads((self._folder / TRAINER_FILE).read_text(encoding="utf-8"))
            return f"process {holder['pid']} on {holder['host']} (since {holder['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"
