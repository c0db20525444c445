"""A few rounds of tests/training/soak.py; docs/faults.md has the figures of 200."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path):
    script = Path(__file__).with_name("soak.py")
    done = subprocess.run(
        [sys.executable, script, "--rounds=4", f"--dir={tmp_path / 'soak'}"],
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["rounds"] == 4
    assert figures["variables_that_differ"] == 0
    assert figures["variables_compared"] > 100
    lost = figures["most_iterations_lost_in_a_round"]
    assert lost <= figures["iterations_between_checkpoints"]
