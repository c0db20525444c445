"""The commands' own part: errors without a traceback, and a non-zero exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import stgan_tf

REPOSITORY = str(Path(stgan_tf.__file__).parents[1])


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("evaluate", ["--run_dir=missing", "--classifier=missing"], "missing"),
        ("evaluate", ["--classifier=missing"], "--run_dir"),
        ("train_classifier", ["--data_dir=missing", "--out_dir=classifier"], "missing"),
        (
            "demo",
            ["--training_flags=missing.cfg"],
            "--training_flags: no such file. Received: 'missing.cfg'",
        ),
    ],
)
def test_mistakes_are_named_without_a_traceback(tmp_path, command, arguments, message):
    result = subprocess.run(
        [sys.executable, "-m", f"stgan_tf.{command}", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": REPOSITORY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []
