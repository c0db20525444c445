"""Faults that the command meets: what it says, its exit status, and what is left in the folder."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from warm_commands import start_command

from stgan_tf.training import checkpoint_files

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def start(faces_dir, run_dir, *flags):
    soak = f"--flagfile={ROOT / 'flags' / 'soak.cfg'}"
    return start_command("train", soak, f"--data_dir={faces_dir}", f"--run_dir={run_dir}", *flags)


def finish(process, timeout=300):
    """(exit status, what it said on stderr)."""
    status, errors = process.wait(timeout), process.errors()
    assert "Traceback" not in errors
    return status, errors


def wait_for_checkpoint(run_dir, process):
    deadline = time.monotonic() + 300
    while checkpoint_files.named_checkpoint(run_dir / "checkpoints") is None:
        assert process.poll() is None, process.errors()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def newest_whole(run_dir):
    folder = run_dir / "checkpoints"
    name = checkpoint_files.named_checkpoint(folder)
    assert checkpoint_files.find_damage(folder / name) is None
    return int(name.rsplit("-", 1)[1])


def test_second_process_is_refused_and_a_signal_ends_with_the_status_asked_for(faces_dir, tmp_path):
    run_dir = tmp_path / "run"
    first = start(faces_dir, run_dir, "--num_iterations=100000", "--stopped_exit_code=143")
    wait_for_checkpoint(run_dir, first)
    status, errors = finish(start(faces_dir, run_dir, "--num_iterations=100000"))
    assert status == 1
    assert f"is in use by process {first.pid} on " in errors
    first.send_signal(signal.SIGTERM)
    status, errors = finish(first)
    assert status == 143
    assert "SIGTERM received" in errors

    # Changed settings: refused, then taken with --force, by the same command.
    longer = f"--num_iterations={newest_whole(run_dir) + 1}"
    changed = ("--learning_rate=1e-3", "--reconstruction_weight=20", longer)
    status, errors = finish(start(faces_dir, run_dir, *changed))
    assert status == 1
    assert "--reconstruction_weight: 100.0 -> 20.0; --learning_rate: 0.0002 -> 0.001" in errors
    status, errors = finish(start(faces_dir, run_dir, *changed, "--force"))
    assert status == 0, errors
    recorded = json.loads((run_dir / "changes.jsonl").read_text())["changes"]
    assert recorded == {"reconstruction_weight": [100.0, 20.0], "learning_rate": [2e-4, 1e-3]}


def test_disk_that_fills_up(faces_dir, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        process = start(faces_dir, disk / "run", "--num_iterations=100000")
        wait_for_checkpoint(disk / "run", process)
        with (disk / "filler").open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(4096))
        status, errors = finish(process)
        assert status == 1
        assert "No space left on device" in errors
        stopped_at = newest_whole(disk / "run")
        (disk / "filler").unlink()
        more = f"--num_iterations={stopped_at + 2}"
        status, errors = finish(start(faces_dir, disk / "run", more))
        assert status == 0, errors
        assert newest_whole(disk / "run") == stopped_at + 2
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
