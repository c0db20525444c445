"""Whole runs: what is written, resume to the bit, and what a run refuses."""

import contextlib
import dataclasses
import json
import math
import os
import shutil
import signal
import tempfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from disk_journal import DiskJournal
from PIL import Image

from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.trainer import STGANTrainer
from stgan_tf.training import loop, session
from stgan_tf.training.run_folder import load_run
from stgan_tf.training.run_lock import RunLock
from stgan_tf.training.session import train


def single():
    return tf.distribute.get_strategy()


def variables_of(run_dir):
    reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(run_dir / "checkpoints"))
    return {
        name: np.array(reader.get_tensor(name))
        for name in reader.get_variable_to_shape_map()
        if "VARIABLE_VALUE" in name and "save_counter" not in name
    }


def iterations_logged(run_dir):
    lines = (run_dir / "metrics.jsonl").read_text().splitlines()
    return [json.loads(line)["iteration"] for line in lines]


@dataclasses.dataclass(frozen=True)
class Finished:
    """A run of `tiny_config` that lasts for the module: tests change copies of its folder."""

    run_dir: Path
    journal: DiskJournal
    trainer: STGANTrainer

    def copy(self, folder):
        shutil.copytree(self.run_dir, folder)
        return folder


@contextlib.contextmanager
def built_trainers():
    """The trainers that runs build inside, in turn."""
    trainers, real = [], session.build_trainer
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            session, "build_trainer", lambda *args: trainers.append(real(*args)) or trainers[-1]
        )
        yield trainers


@pytest.fixture(scope="module")
def finished(tiny_config, tmp_path_factory):
    run_dir = tmp_path_factory.mktemp("finished") / "run"
    with pytest.MonkeyPatch.context() as patch, built_trainers() as trainers:
        journal = DiskJournal(patch)
        assert train(tiny_config, run_dir, single())
    return Finished(run_dir, journal, trainers[0])


def test_writes_the_run_folder(finished, tiny_config, change):
    run_dir, journal = finished.run_dir, finished.journal
    journal.require_safe(run_dir / "config.json", run_dir / "samples" / "iteration_0000002.png")
    events = [path.name for _, path in journal.events]
    assert events.index("metrics.jsonl") < events.index("iteration-2.index")
    recorded = change(tiny_config, "data", crop_frame=(218, 178))
    assert Config.read(run_dir / "config.json") == recorded
    assert iterations_logged(run_dir) == [1, 2, 3, 4]
    checkpoints = {path.name for path in (run_dir / "checkpoints").glob("*.index")}
    assert checkpoints == {"iteration-2.index", "iteration-4.index"}
    samples = sorted(path.name for path in (run_dir / "samples").iterdir())
    assert samples == ["iteration_0000002.png", "iteration_0000004.png"]
    grid = np.asarray(Image.open(run_dir / "samples" / samples[-1]))
    assert grid.shape == (8 * 18 - 2, 15 * 18 - 2, 3)
    assert list((run_dir / "events").iterdir())
    run = load_run(run_dir)
    assert (run.step, run.config) == (4, recorded)


def test_the_frame_of_the_crop_is_recorded_and_kept(finished, tiny_config, change, tmp_path):
    run_dir = finished.copy(tmp_path / "run")
    recorded = Config.read(run_dir / "config.json")
    assert recorded.data.crop_frame == (218, 178)
    # A run of an earlier version has none; it goes on, and then has one.
    change(recorded, "data", crop_frame=()).write(run_dir / "config.json")
    assert train(tiny_config, run_dir, single())
    assert Config.read(run_dir / "config.json").data.crop_frame == (218, 178)
    with pytest.raises(ConfigError, match="--crop_frame: .218, 178. -> .109, 89. .never."):
        train(change(tiny_config, "data", crop_frame=(109, 89)), run_dir, single())


def test_every_variable_is_saved_and_loaded(finished, tiny_config, tmp_path):
    """And a finished run is left alone."""
    run_dir = finished.copy(tmp_path / "run")
    loaded = load_run(run_dir).network
    initial = session.build_trainer(tiny_config, 28).generator
    changed = 0
    for ours, theirs, first in zip(
        loaded.variables, finished.trainer.generator.variables, initial.variables, strict=True
    ):
        np.testing.assert_array_equal(ours, theirs, err_msg=ours.name)
        changed += np.any(ours.numpy() != first.numpy())
    assert changed == len(loaded.variables)

    before = variables_of(run_dir)
    with built_trainers() as trainers:  # restores and finds nothing left to do
        assert train(tiny_config, run_dir, single())
    for first, again in zip(finished.trainer.variables, trainers[0].variables, strict=True):
        np.testing.assert_array_equal(first, again, err_msg=first.name)
    after = variables_of(run_dir)
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value, err_msg=name)


def test_resumed_run_equals_uninterrupted_one(finished, tiny_config, tmp_path):
    """To rounding; tests/test_train.py shows it to the bit in deterministic mode."""
    run_dir = finished.copy(tmp_path / "run")
    # What a kill after the first checkpoint leaves: lines beyond it, the last one cut off.
    for path in (run_dir / "checkpoints").glob("iteration-4.*"):
        path.unlink()
    metrics = run_dir / "metrics.jsonl"
    metrics.write_text(metrics.read_text()[:-9])
    with built_trainers() as trainers:
        assert train(tiny_config, run_dir, single())
    assert int(trainers[0].generator_optimizer.iterations) == 4
    whole, parts = variables_of(finished.run_dir), variables_of(run_dir)
    assert whole.keys() == parts.keys()
    assert sum("generator_optimizer/" in name for name in whole) > 60  # momenta and velocities
    for name, value in whole.items():
        np.testing.assert_allclose(parts[name], value, rtol=1e-3, atol=1e-4, err_msg=name)
    assert iterations_logged(run_dir) == [1, 2, 3, 4]


@pytest.mark.slow
def test_two_replicas_train_and_one_device_continues(
    mirrored, tiny_config, change, tmp_path, request
):
    config = change(tiny_config, "training", num_iterations=2)
    assert train(config, tmp_path / "run", mirrored)
    request.getfixturevalue("eager_steps")
    assert train(change(config, "training", num_iterations=3), tmp_path / "run", single())
    assert iterations_logged(tmp_path / "run") == [1, 2, 3]


def test_other_configuration_is_refused(finished, tiny_config, change, tmp_path):
    other = change(tiny_config, "settings", reconstruction_weight=5.0)
    with pytest.raises(ConfigError, match=r"--reconstruction_weight: is 5.0.*with 100.0"):
        train(other, finished.copy(tmp_path / "run"), single())


def test_folder_of_something_else_is_refused(tiny_config, tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(ConfigError, match="--run_dir.*not empty"):
        train(tiny_config, tmp_path, single())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.slow
def test_damaged_checkpoint_costs_the_iterations_since_the_one_before(
    finished, tiny_config, tmp_path, caplog, eager_steps
):
    run_dir = finished.copy(tmp_path / "run")
    for path in (run_dir / "checkpoints").glob("iteration-4.data*"):
        path.write_bytes(path.read_bytes()[:100])
    assert train(tiny_config, run_dir, single())
    assert "iteration-4 is damaged" in caplog.text
    assert iterations_logged(run_dir) == [1, 2, 3, 4]
    expected = variables_of(finished.run_dir)
    for name, value in variables_of(run_dir).items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-3, atol=1e-4, err_msg=name)
    assert load_run(run_dir).step == 4


def test_folder_in_use_is_refused(tiny_config, tmp_path):
    with RunLock(tmp_path / "run"), pytest.raises(ConfigError, match=f"process {os.getpid()} on"):
        train(tiny_config, tmp_path / "run", single())
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names - {"train.lock"} == {"trainer.json"}  # nothing of a run


def test_failed_start_can_be_corrected(tiny_config, change, tmp_path, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(session, "build_trainer", fail)
    with pytest.raises(MemoryError):
        train(tiny_config, tmp_path / "run", single())
    # Another setting is no reason to refuse the folder: it comes as far as the first one did.
    smaller = change(tiny_config, "training", batch_size=2)
    with pytest.raises(MemoryError):
        train(smaller, tmp_path / "run", single())
    assert Config.read(tmp_path / "run" / "config.json").training == smaller.training


@pytest.mark.slow
def test_signal_while_samples_are_drawn_stops_after_the_next_save(
    tiny_config, tmp_path, monkeypatch, eager_steps
):
    real = session.save_png

    def interrupted(path, picture):
        real(path, picture)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(session, "save_png", interrupted)
    config = tiny_config
    training = dataclasses.replace(
        config.training, num_iterations=9, sample_every=1, checkpoint_every=9
    )
    config = dataclasses.replace(config, training=training)
    assert train(config, tmp_path / "run", single()) is False
    assert load_run(tmp_path / "run").step == 2


def test_run_without_checkpoint(tiny_config, tmp_path):
    tiny_config.write(tmp_path / "config.json")
    with pytest.raises(FileNotFoundError, match="No checkpoint"):
        load_run(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"No config.json"):
        load_run(tmp_path / "nowhere")


@pytest.mark.slow
def test_non_finite_loss_stops_with_the_last_good_checkpoint(
    tiny_config, tmp_path, monkeypatch, eager_steps
):
    real = session.compile_step

    def failing(*args, **kwargs):
        step, calls = real(*args, **kwargs), []

        def run(data, stop=False):
            calls.append(1)
            terms = step(data)
            return {**terms, "critic_loss": math.nan} if len(calls) == 3 else terms

        return run

    monkeypatch.setattr(session, "compile_step", failing)
    with pytest.raises(loop.NonFiniteLossError, match=r"iteration 3: critic_loss=nan.*iteration-2"):
        train(tiny_config, tmp_path / "run", single())
    assert load_run(tmp_path / "run").step == 2


def test_batch_must_fit_the_replicas(mirrored, tiny_config, change, tmp_path):
    with pytest.raises(ConfigError, match="--batch_size: must be divisible by the 2 replicas"):
        train(change(tiny_config, "training", batch_size=3), tmp_path / "run", mirrored)
    with pytest.raises(ConfigError, match="--jit_compile"):
        train(change(tiny_config, "training", jit_compile=True), tmp_path / "run", mirrored)
    assert not (tmp_path / "run").exists()


def test_determinism_is_switched_on_only_where_it_is_asked_for(tiny_config, change, tmp_path):
    """In a process of its own it cannot be switched off again."""
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tf.config.experimental, "enable_op_determinism", lambda: asked.append(1))
        patch.setattr(session, "load_splits", lambda *_: 1 / 0)
        for deterministic in (False, True):
            config = change(tiny_config, "training", deterministic=deterministic)
            with pytest.raises(ZeroDivisionError):
                train(config, tmp_path / "run", single())
            assert len(asked) == deterministic


def test_a_workers_scratch_folder_is_its_own_and_what_killed_ones_left_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        session._scratch_folder(Path("run"), "worker-1") as left,
        session._scratch_folder(Path("run"), "worker-1") as folder,
        session._scratch_folder(Path("run"), "worker-2") as of_another,
        session._scratch_folder(Path("other"), "worker-1") as of_another_run,
    ):
        session._remove_left_behind(folder)
        kept = {folder, of_another, of_another_run}
        assert set(tmp_path.iterdir()) == kept
        left.mkdir()  # for the context manager, which removes it


@pytest.mark.parametrize("task", ["worker-0", "chief-0"])
def test_who_removes_what_was_left(finished, tiny_config, tmp_path, monkeypatch, task):
    """The others than the chief, once all agree."""
    done = []
    monkeypatch.setattr(session, "is_chief", lambda _: task == "chief-0")
    monkeypatch.setattr(session, "worker_name", lambda _: task)
    monkeypatch.setattr(session, "require_agreement", lambda *_: done.append("agree"))
    monkeypatch.setattr(session, "_remove_left_behind", lambda folder: done.append(folder.name))
    assert train(tiny_config, finished.copy(tmp_path / "run"), single())
    assert done[0] == "agree"
    assert len(done) == (1 if task == "chief-0" else 2)
    assert all(task in name for name in done[1:])
