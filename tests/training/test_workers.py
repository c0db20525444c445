"""Two workers in processes of their own, on loopback, through the command."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from warm_commands import start_command

from stgan_tf.training import checkpoint_files

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
#: Longest that TensorFlow takes to notice a worker that is gone, on a busy machine, in seconds.
NOTICED_WITHIN = 240


def free_ports(number):
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("localhost", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Runs:
    """Starts processes that train in one run folder."""

    def __init__(self, folder, data_dir):
        self.run_dir, self.scratch = folder / "run", folder / "scratch"
        self.scratch.mkdir()
        self._data_dir = data_dir
        self.processes = []

    def start(self, number, *flags, run_dir=None, own_flags=((), ())):
        """`number` workers; `own_flags` are those of each."""
        ports = free_ports(number)
        for index in range(number):
            environment = {
                **os.environ,
                "CUDA_VISIBLE_DEVICES": "-1",
                "PYTHONPATH": str(ROOT),
                "TMPDIR": str(self.scratch),
            }
            environment.pop("TF_CONFIG", None)
            if number > 1:
                cluster = {"worker": [f"localhost:{port}" for port in ports]}
                task = {"type": "worker", "index": index}
                environment["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": task})
            process = start_command(
                "train",
                f"--flagfile={ROOT / 'flags' / 'soak.cfg'}",
                f"--data_dir={self._data_dir}",
                f"--run_dir={run_dir or self.run_dir}",
                *flags,
                *own_flags[index],
                environment=environment,
            )
            self.processes.append(process)
        return self.processes[-number:]

    def finish(self, processes, timeout=400):
        """[(exit status, output)] of processes that end by themselves."""
        deadline = time.monotonic() + timeout
        results = []
        for process in processes:
            status = process.wait(timeout=max(1, deadline - time.monotonic()))
            results.append((status, process.written()))
        return results

    def train(self, number, *flags, run_dir=None):
        for status, output in self.finish(self.start(number, *flags, run_dir=run_dir)):
            assert status == 0, output

    def wait_for_checkpoint(self, processes, after=0):
        deadline = time.monotonic() + 400
        while self.newest() <= after:
            assert time.monotonic() < deadline
            for process in processes:
                assert process.poll() is None, self.finish([process])
            time.sleep(0.05)

    def newest(self):
        name = checkpoint_files.named_checkpoint(self.run_dir / "checkpoints")
        return int(name.rsplit("-", 1)[1]) if name else 0

    def assert_whole(self):
        newest = self.run_dir / "checkpoints" / f"iteration-{self.newest()}"
        assert checkpoint_files.has_checksums(newest)
        assert checkpoint_files.find_damage(newest) is None


@pytest.fixture
def runs(faces_dir, tmp_path):
    made = Runs(tmp_path, faces_dir)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()


def rows_of(run_dir):
    lines = (run_dir / "metrics.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def variables_of(run_dir):
    reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(run_dir / "checkpoints"))
    return {
        name: np.array(reader.get_tensor(name), np.float64)
        for name in reader.get_variable_to_shape_map()
        if name.endswith("VARIABLE_VALUE") and "save_counter" not in name
    }


def test_two_workers_equal_one_and_hand_over_to_each_other(runs, tmp_path):
    runs.train(2, "--num_iterations=3")
    runs.train(1, "--num_iterations=6")
    runs.train(2, "--num_iterations=9")
    runs.train(1, "--num_iterations=9", run_dir=tmp_path / "one")

    ours, theirs = rows_of(runs.run_dir), rows_of(tmp_path / "one")
    assert [row["iteration"] for row in ours] == list(range(1, 10))
    assert [row["iteration"] for row in theirs] == list(range(1, 10))
    for row, expected in zip(ours, theirs, strict=True):
        for name, value in expected.items():
            if not name.endswith("per_second"):
                np.testing.assert_allclose(row[name], value, rtol=2e-4, atol=1e-6, err_msg=name)
    found, expected = variables_of(runs.run_dir), variables_of(tmp_path / "one")
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        # Not element by element: Adam takes the rounding of a tiny gradient for its sign.
        difference = np.linalg.norm(found[name] - value)
        assert difference <= 1e-3 * np.linalg.norm(value) + 1e-5, name

    # Only the chief wrote, and the other worker's folder went with it.
    assert {path.name for path in runs.run_dir.iterdir()} - {"train.lock"} == {
        "config.json",
        "checkpoints",
        "events",
        "metrics.jsonl",
        "trainer.json",
    }
    assert len(list((runs.run_dir / "events").iterdir())) == 3
    assert not list(runs.scratch.glob("stgan_tf-*"))


@pytest.mark.parametrize("victim", [1, 0], ids=["worker", "chief"])
def test_killed_worker_then_restart_then_signal(runs, victim):
    both = runs.start(2, "--num_iterations=100000")
    runs.wait_for_checkpoint(both)
    both[victim].kill()
    [(status, output)] = runs.finish([both[1 - victim]], timeout=NOTICED_WITHIN)
    assert status == 1, output
    assert "Another worker exited or cannot be reached" in output
    runs.assert_whole()
    stopped_at = runs.newest()
    assert len(list(runs.scratch.glob("stgan_tf-*"))) == victim  # killed, it could not tidy up

    # The same command again; then a signal to one of them only.
    both = runs.start(2, "--num_iterations=100000")
    runs.wait_for_checkpoint(both, after=stopped_at)
    both[1 - victim].send_signal(signal.SIGTERM)
    results = runs.finish(both, timeout=120)
    assert [status for status, _ in results] == [0, 0], results
    for index, (_, output) in enumerate(results):
        who = "SIGTERM" if index == 1 - victim else "A signal to another worker"
        assert f"{who} received: saved iteration {runs.newest()} of 100000" in output
    runs.assert_whole()
    assert [row["iteration"] for row in rows_of(runs.run_dir)] == list(range(1, runs.newest() + 1))
    assert not list(runs.scratch.glob("stgan_tf-*"))


def test_a_worker_that_never_comes_is_named(runs):
    """By whoever came, in time, and a signal ends the waiting: TensorFlow alone waits an hour."""
    chief, other = runs.start(2, "--start_timeout=5")
    other.kill()
    [(status, output)] = runs.finish([chief], timeout=120)
    assert status == 1
    assert "Waited 5 s for worker-1. Check that it was started" in output
    assert not runs.run_dir.exists()
    chief, other = runs.start(2, "--stopped_exit_code=143")
    chief.kill()
    wait_for_text(other, "Waiting for worker-0 to start.")
    other.terminate()
    [(status, output)] = runs.finish([other], timeout=60)
    assert status == 143
    assert "SIGTERM received while waiting for the other workers. Nothing was trained." in output


def wait_for_text(process, text, timeout=120):
    deadline = time.monotonic() + timeout
    while text not in process.errors():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.1)


def test_workers_with_other_settings_stop_at_once(runs):
    both = runs.start(2, "--num_iterations=3", own_flags=[["--seed=1"], ["--seed=2"]])
    for status, output in runs.finish(both):
        assert status == 1
        assert "The workers differ in the configuration" in output
    assert runs.newest() == 0


def test_chief_that_cannot_write_stops_all(runs):
    """No room for the checkpoint: the chief says so, the other does not wait for ever."""
    (runs.run_dir).mkdir()
    (runs.run_dir / "config.json").write_text("{}")
    (runs.run_dir / "checkpoints").write_text("a file in place of the folder")
    both = runs.start(2, "--num_iterations=100000")
    (chief, chief_output), (worker, output) = runs.finish(both, timeout=NOTICED_WITHIN + 200)
    assert (chief, worker) == (1, 1), chief_output + output
    assert "iteration-3 could not be written" in chief_output
    assert "Another worker exited or cannot be reached" in output
