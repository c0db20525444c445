"""Ctrl-C and SIGTERM end every long command at any moment: soon, without a traceback, with nothing
left running. `train` and `serve` answer them otherwise: tests/training/test_faults.py and
tests/test_serve.py.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_runs import write_classifier, write_run

from stgan_tf.synthetic.faces import write_dataset

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
#: Seconds from the start of the command (while TensorFlow is loaded, at work), and the signal.
MOMENTS = ((1, signal.SIGINT), (6, signal.SIGTERM), (11, signal.SIGINT))
#: Becomes the Python of its arguments, which hears Ctrl-C even where this process ignores it, as
#: what a shell starts in the background does.
HEARING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
#: A guard, not a measurement: a process that is still there has hung.
SECONDS = 180


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Faces, a run, a classifier, and enough links to one face to be at work for a while."""
    folder = tmp_path_factory.mktemp("signals")
    write_dataset(folder / "faces", 400, seed=1)
    write_run(folder / "run", data_dir=str(folder / "faces"), split="fractions")
    write_classifier(folder / "classifier")
    (folder / "photos").mkdir()
    face = next((folder / "faces").rglob("*.jpg"))
    for number in range(3000):
        (folder / "photos" / f"{number}.jpg").symlink_to(face)
    return folder


COMMANDS = {
    "train_classifier": "--data_dir={0}/faces --out_dir={1}/out --split=fractions --width=32 "
    "--num_iterations=100000 --patience=0",
    "evaluate": "--run_dir={0}/run --classifier={0}/classifier --out_dir={1}/out --batch_size=2",
    "edit": "--model={0}/run --input={0}/photos --output={1}/out --edit=Bangs=+1 --aligned",
    "export": "--run_dir={0}/run --out_dir={1}/out",
    "draw": "--scene=faces --out_dir={1}/out --num_images=20000",
    "benchmark": "--flagfile=flags/smoke.cfg --part=all --repeats=100000",
    "compare": "--classifier={0}/classifier --data_dir={0}/faces --out_dir={1}/out",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_ends(folders, tmp_path, command):
    arguments = COMMANDS[command].format(folders, tmp_path).split()
    statuses = []
    for moment, number in MOMENTS:
        process = subprocess.Popen(
            [sys.executable, "-c", HEARING, "-m", f"stgan_tf.{command}", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # its processes are a group, as those of a terminal are
        )
        time.sleep(moment)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        try:
            output, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            pytest.fail(f"{command} hung when it was stopped after {moment} s")
        statuses.append(process.returncode)
        assert "No module named" not in output, output
        # Before `main` it is Python's own imports that are interrupted, and Python that tells.
        traceback = "Traceback" in output and (", in main\n" in output or "spawn_main" in output)
        assert not traceback, output
        assert group_is_gone(process.pid), f"{command} left processes behind"
    assert any(statuses), "it was never at work when it was stopped"


def group_is_gone(group):
    """Whether no process of the group is left, within some seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    return False
