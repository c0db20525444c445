"""RunLock: one trainer a folder, named to the other; nothing left to clear after a kill."""

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from stgan_tf.options import ConfigError
from stgan_tf.training.run_lock import TRAINER_FILE, RunLock

HOLD = """
import sys, time
from pathlib import Path
from stgan_tf.training.run_lock import RunLock
with RunLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_holder_is_named(holder, tmp_path):
    host = socket.gethostname()
    with pytest.raises(ConfigError, match=rf"--run_dir: .* process {holder.pid} on {host} \(since"):
        RunLock(tmp_path).__enter__()
    # Asking did not change what is written there.
    assert json.loads((tmp_path / TRAINER_FILE).read_text())["pid"] == holder.pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_free_when_its_process_is_gone(holder, tmp_path, number):
    holder.send_signal(number)
    holder.wait(timeout=30)
    with RunLock(tmp_path):
        assert json.loads((tmp_path / TRAINER_FILE).read_text())["pid"] == os.getpid()


def test_free_after_leaving_and_after_an_error(tmp_path):
    with pytest.raises(RuntimeError), RunLock(tmp_path / "new"):
        raise RuntimeError
    with RunLock(tmp_path / "new"), pytest.raises(ConfigError, match="is in use by process"):
        RunLock(tmp_path / "new").__enter__()
    with RunLock(tmp_path / "new"):
        pass


def test_unreadable_holder(tmp_path):
    with RunLock(tmp_path):
        (tmp_path / TRAINER_FILE).write_text("{")
        with pytest.raises(ConfigError, match="by another process"):
            RunLock(tmp_path).__enter__()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS])
def test_file_system_without_locks_is_only_warned_about(number, tmp_path, monkeypatch, caplog):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with RunLock(tmp_path):
        assert os.strerror(number) in caplog.text
