"""Ctrl-C and SIGTERM end every long command at any moment: soon, without a traceback, with nothing
left running. `train` and `serve` answer them otherwise: tests/training/test_faults.py and
tests/test_serve.py.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_runs import write_classifier, write_run
from warm_commands import start_command

from stgan_tf.synthetic.faces import write_dataset

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
#: Seconds from the start of the command and the signal: while it imports TensorFlow, and with it
#: imported, as it begins and at work.
WHILE_IMPORTING = (1, signal.SIGINT)
MOMENTS = ((2, signal.SIGTERM), (6, signal.SIGINT))
#: Becomes the Python of its arguments, which hears Ctrl-C even where this process ignores it, as
#: what a shell starts in the background does.
HEARING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
#: Of a traceback through a command.
IN_MAIN = re.compile(rf'File "{re.escape(str(ROOT / "stgan_tf"))}/[^"]*", line \d+, in main$', re.M)
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
    log = tmp_path / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", HEARING, "-m", f"stgan_tf.{command}", *arguments],
            cwd=ROOT,
            stdout=file,
            stderr=file,
            start_new_session=True,  # its processes are a group, as those of a terminal are
        )
    require_end(process, *WHILE_IMPORTING, log.read_text)
    statuses = []
    for moment in MOMENTS:
        process = start_command(command, *arguments, new_session=True)
        statuses.append(require_end(process, *moment, process.written))
    assert any(statuses), "it was never at work when it was stopped"


def require_end(process, moment, number, output):
    """Stops a process with a signal after `moment` seconds. Returns its exit status."""
    time.sleep(moment)
    if number == signal.SIGINT:
        with contextlib.suppress(ProcessLookupError):  # it has come to its end by itself
            os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    try:
        status = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        pytest.fail(f"It hung when it was stopped after {moment} s: {output()}")
    text = output()
    assert "No module named" not in text, text
    # Before `main` it is Python's own imports that are interrupted, and Python that tells.
    assert not (IN_MAIN.search(text) or "spawn_main" in text), text
    assert group_is_gone(process.pid), text
    return status


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
