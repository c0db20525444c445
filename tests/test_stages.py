"""Stages run in order, stop at the first failure and keep what they are told to keep."""

import os
import signal
import subprocess
import sys

import pytest

from stgan_tf.stages import Stage, passing_sigterm_on, run_stages


def test_runs_in_order_and_sums_up(tmp_path, capfd):
    stages = [
        Stage("Say", ["platform"], tmp_path / "a"),
        Stage("Keep", ["no_such_module"], tmp_path / "kept", keep_output=True),
    ]
    (tmp_path / "kept").touch()
    summary = run_stages(stages).splitlines()
    assert [line.split()[0] for line in summary] == ["Say", "Keep"]
    output = capfd.readouterr().out
    assert output.index("$ python -m platform") < output.index("Reusing")


def test_failure_is_named(tmp_path):
    with pytest.raises(RuntimeError, match="'Break' failed with exit status 1"):
        run_stages([Stage("Break", ["no_such_module"], tmp_path)])


def test_a_signal_ends_the_stage_first():
    before = signal.getsignal(signal.SIGTERM)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    with passing_sigterm_on(process) as came:
        os.kill(os.getpid(), signal.SIGTERM)
        assert process.wait(60) == -signal.SIGTERM
    assert came == [signal.SIGTERM] and signal.getsignal(signal.SIGTERM) is before
