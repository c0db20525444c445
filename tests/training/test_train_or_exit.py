"""What the command says, and with which status it ends."""

import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf

from stgan_tf.distribution.agreement import DisagreementError
from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import Config
from stgan_tf.training import command
from stgan_tf.training.checkpoints import CheckpointError
from stgan_tf.training.loop import NonFiniteLossError

LOST = """
import sys, threading, time
from pathlib import Path
import tensorflow as tf
from stgan_tf.systems.run_config import Config
from stgan_tf.training import command
from stgan_tf.distribution.agreement import WorkerLostError

def lost(*_):
    # What TensorFlow's shutdown does then: a thread that would be waited for.
    threading.Thread(target=time.sleep, args=(3600,)).start()
    raise WorkerLostError("Another worker ended.")

class TwoWorkers:
    cluster_resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": ["a:1", "b:1"]}), task_type="worker", task_id=0
    )

command.make_strategy = lambda *_: TwoWorkers
command.train = lost
command.train_or_exit(Config(), Path("run"), "single", False)
"""


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("run_dir", "is in use."),
        OSError("No space left"),
        CheckpointError("damaged"),
        NonFiniteLossError("NaN"),
        DisagreementError("the workers differ"),
    ],
)
def test_errors_are_one_line_and_status_1(monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(command, "train", fail)
    with pytest.raises(SystemExit) as exit_error:
        command.train_or_exit(Config(), Path("run"), "single", False)
    assert exit_error.value.code == f"stgan_tf.train: {error}"


def test_out_of_memory_says_what_to_try(monkeypatch):
    def fail(*_):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor\nlong")

    monkeypatch.setattr(command, "train", fail)
    with pytest.raises(SystemExit, match=r"OOM when allocating tensor If .*--accumulation_steps=2"):
        command.train_or_exit(Config(), Path("run"), "single", False)


@pytest.mark.parametrize(("finished", "status"), [(True, 0), (False, 143)])
def test_status_tells_whether_it_finished(monkeypatch, capsys, finished, status):
    monkeypatch.setattr(command, "train", lambda *_: finished)
    assert command.train_or_exit(Config(), Path("run"), "single", False, 143) == status
    assert ("Trained: run." in capsys.readouterr().out) is finished


def test_lost_worker_ends_the_process_at_once():
    done = subprocess.run(
        [sys.executable, "-c", LOST],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert "stgan_tf.train: Another worker ended." in done.stderr
