"""Checkpoints that are damaged, unnamed, unreadable or cannot be written."""

import dataclasses
import errno
import logging
import os
import re
import subprocess
import time

import numpy as np
import pytest
import tensorflow as tf
from disk_journal import DiskJournal

from stgan_tf.config.data import DataConfig
from stgan_tf.systems.building import build_editing_network, build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.training import checkpoint_files
from stgan_tf.training.checkpoints import CheckpointError, Checkpoints, restore_network
from stgan_tf.training.run_folder import load_run

CONFIG = Config(
    data=DataConfig(image_size=16),
    settings=STGANSettings(
        num_layers=2,
        shortcut_layers=1,
        inject_layers=1,
        stu_inject_layers=1,
        encoder_width=2,
        decoder_width=2,
        stu_width=2,
        discriminator_layers=2,
        discriminator_width=2,
        discriminator_fc_units=2,
    ),
)


def at(trainer, iteration):
    """Gives the trainer's variables values that tell the iteration."""
    trainer.generator_optimizer.iterations.assign(iteration)
    for variable in trainer.generator.variables:
        variable.assign(np.full(variable.shape, iteration, np.float32))
    return trainer


@pytest.fixture(scope="module")
def trainer():
    return build_trainer(CONFIG, num_images=100)


@pytest.fixture
def run_dir(trainer, tmp_path):
    """A run with checkpoints of iterations 2, 4 and 6."""
    CONFIG.write(tmp_path / "config.json")
    saver = Checkpoints(trainer, tmp_path / "checkpoints", keep=3)
    for iteration in (2, 4, 6):
        at(trainer, iteration)
        saver.save()
    return tmp_path


def restored(trainer, run_dir):
    at(trainer, 0)
    folder = run_dir / "checkpoints"
    iteration = Checkpoints(trainer, folder, 3).restore(folder)
    values = {float(v.numpy().ravel()[0]) for v in trainer.generator.variables}
    assert values == {float(iteration)}
    return iteration


def data_file(run_dir, iteration):
    return run_dir / "checkpoints" / f"iteration-{iteration}.data-00000-of-00001"


def truncate(path):
    path.write_bytes(path.read_bytes()[:-1])


def flip_a_byte(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def remove(path):
    path.unlink()


def test_checksums_are_those_of_sha256sum(run_dir):
    folder = run_dir / "checkpoints"
    for iteration in (2, 4, 6):
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", f"iteration-{iteration}.sha256"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.count(": OK") == 2


def test_a_power_cut_finds_a_whole_checkpoint(trainer, run_dir, monkeypatch):
    """All of a checkpoint is on the disk before it is named, and before an older one goes."""
    folder = run_dir / "checkpoints"
    journal = DiskJournal(monkeypatch)
    unlink, removed = type(folder).unlink, []

    def watch_removals(path, missing_ok=False):
        if path.suffix == ".index":
            journal.require_safe(folder / "checkpoint")
            removed.append(path.name)
        unlink(path, missing_ok)

    monkeypatch.setattr(type(folder), "unlink", watch_removals)
    Checkpoints(at(trainer, 8), folder, keep=3).save()
    assert removed == ["iteration-2.index"]
    parts = ("data-00000-of-00001", "sha256", "index")
    files = [folder / f"iteration-8.{part}" for part in parts] + [folder / "checkpoint"]
    assert journal.moves() == files
    journal.require_safe(*files)
    named = journal.events.index(("move", folder / "checkpoint"))
    index = journal.events.index(("move", folder / "iteration-8.index"))
    assert ("sync", folder) in journal.events[index:named]


def test_newest_is_restored(trainer, run_dir, caplog):
    assert restored(trainer, run_dir) == 6
    assert load_run(run_dir).step == 6
    assert not caplog.records


@pytest.mark.parametrize("damage", [truncate, flip_a_byte, remove])
@pytest.mark.parametrize("part", ["data-00000-of-00001", "index"])
def test_damage_is_found_and_the_one_before_taken(trainer, run_dir, caplog, damage, part):
    damage(run_dir / "checkpoints" / f"iteration-6.{part}")
    assert restored(trainer, run_dir) == 4
    assert re.search(rf"iteration-6 is damaged: iteration-6.{part}", caplog.text)
    assert "Continuing from an earlier checkpoint: iteration-4" in caplog.text

    caplog.clear()
    run = load_run(run_dir)
    assert run.step == 4
    assert {float(v.numpy().ravel()[0]) for v in run.network.variables} == {4.0}
    assert "iteration-6 is damaged" in caplog.text


def test_two_damaged_ones_are_passed_over(trainer, run_dir):
    truncate(data_file(run_dir, 6))
    flip_a_byte(data_file(run_dir, 4))
    assert restored(trainer, run_dir) == 2


def test_none_left_whole_names_each(trainer, run_dir):
    for iteration in (2, 4, 6):
        flip_a_byte(data_file(run_dir, iteration))
    with pytest.raises(CheckpointError, match=r"iteration-6: .*iteration-4: .*iteration-2: "):
        restored(trainer, run_dir)
    with pytest.raises(CheckpointError, match=r"No checkpoint in .* can be restored"):
        load_run(run_dir)


def test_a_damaged_one_is_written_again(trainer, run_dir):
    truncate(data_file(run_dir, 6))
    assert restored(trainer, run_dir) == 4
    Checkpoints(at(trainer, 6), run_dir / "checkpoints", 3).save()
    assert restored(trainer, run_dir) == 6


def test_runs_without_checksums_load(trainer, run_dir, caplog):
    """Of versions before checksums, or killed before they were written."""
    for path in (run_dir / "checkpoints").glob("*.sha256"):
        path.unlink()
    assert restored(trainer, run_dir) == 6
    assert load_run(run_dir).step == 6
    assert not caplog.records
    data_file(run_dir, 6).write_bytes(data_file(run_dir, 6).read_bytes()[:100])
    assert restored(trainer, run_dir) == 4


@pytest.mark.parametrize("text", [None, "", "model_checkpoint_path: \x00\x00", "no such thing"])
def test_file_checkpoint_lost_or_damaged(trainer, run_dir, caplog, text):
    path = run_dir / "checkpoints" / "checkpoint"
    path.unlink()
    if text is not None:
        path.write_text(text)
    assert restored(trainer, run_dir) == 6
    assert "does not name a checkpoint" in caplog.text
    Checkpoints(at(trainer, 7), run_dir / "checkpoints", 3).save()
    assert restored(trainer, run_dir) == 7


def test_unnamed_and_without_checksums_is_refused(trainer, run_dir):
    for path in (run_dir / "checkpoints").glob("*.sha256"):
        path.unlink()
    (run_dir / "checkpoints" / "checkpoint").unlink()
    with pytest.raises(CheckpointError, match='model_checkpoint_path: "iteration-6"'):
        restored(trainer, run_dir)
    (run_dir / "checkpoints" / "checkpoint").write_text('model_checkpoint_path: "iteration-6"')
    assert restored(trainer, run_dir) == 6


def test_an_older_one_can_be_named(trainer, run_dir):
    (run_dir / "checkpoints" / "checkpoint").write_text('model_checkpoint_path: "iteration-4"')
    assert restored(trainer, run_dir) == 4
    flip_a_byte(data_file(run_dir, 4))
    assert restored(trainer, run_dir) == 2


@pytest.mark.parametrize("years", [-30, 30])
def test_clocks_do_not_matter(trainer, run_dir, caplog, years):
    """Times of files, and those inside `checkpoint`, in the past, the future and out of order."""
    folder = run_dir / "checkpoints"
    shift = years * 365 * 24 * 3600
    for number, path in enumerate(sorted(folder.iterdir(), reverse=True)):
        moved = path.stat().st_mtime + shift + 3600 * number
        os.utime(path, (moved, moved))
    state = folder / "checkpoint"
    # As TensorFlow's own manager writes it, and earlier versions did.
    times = [f"all_model_checkpoint_timestamps: {time.time() + shift + i}" for i in (2, 1, 0)]
    last = [f"last_preserved_timestamp: {time.time() + shift}"]
    state.write_text("\n".join([state.read_text().strip(), *times, *last]) + "\n")
    assert tf.train.latest_checkpoint(folder).endswith("iteration-6")
    assert restored(trainer, run_dir) == 6
    assert load_run(run_dir).step == 6
    Checkpoints(at(trainer, 8), folder, 3).save()
    assert restored(trainer, run_dir) == 8
    assert sorted(path.name for path in folder.glob("*.index")) == [
        f"iteration-{iteration}.index" for iteration in (4, 6, 8)
    ]


def test_other_networks_are_no_damage(trainer, run_dir):
    wider = dataclasses.replace(
        CONFIG, settings=dataclasses.replace(CONFIG.settings, encoder_width=3)
    )
    with pytest.raises(CheckpointError, match=r"iteration-6 is intact, but does not fit"):
        restore_network(build_editing_network(wider), "generator", run_dir)


def test_a_checkpoint_of_another_iteration_is_taken_by_name(trainer, run_dir):
    network = build_editing_network(CONFIG)
    assert restore_network(network, "generator", run_dir, iteration=4).step == 4
    with pytest.raises(FileNotFoundError, match=r"no checkpoint of iteration 5, only of: 2, 4, 6"):
        restore_network(network, "generator", run_dir, iteration=5)
    path = run_dir / "checkpoints" / "iteration-4.data-00000-of-00001"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match=r"iteration-4 is damaged: .* SHA-256"):
        restore_network(network, "generator", run_dir, iteration=4)


def test_checksums_go_with_their_checkpoint(trainer, run_dir):
    saver = Checkpoints(at(trainer, 8), run_dir / "checkpoints", 2)
    saver.save()
    found = {path.stem for path in (run_dir / "checkpoints").glob("*.sha256")}
    assert found == {path.stem for path in (run_dir / "checkpoints").glob("*.index")}
    assert found == {"iteration-6", "iteration-8"}


def test_one_without_checksums_goes_in_its_turn(trainer, run_dir):
    for path in (run_dir / "checkpoints").glob("*.sha256"):
        path.unlink()
    Checkpoints(at(trainer, 8), run_dir / "checkpoints", 2).save()
    found = {path.stem for path in (run_dir / "checkpoints").glob("*.index")}
    assert found == {"iteration-6", "iteration-8"}


@pytest.mark.parametrize("where", ["data", "checksums", "index"])
def test_kill_while_the_first_one_is_written(trainer, tmp_path, monkeypatch, where):
    """What is left is cleared away; a run whose first checkpoint is complete is never stuck."""
    folder = tmp_path / "checkpoints"

    class Killed(BaseException):
        pass

    def kill(*_):
        raise Killed

    if where == "data":
        monkeypatch.setattr(checkpoint_files, "publish", kill)
    elif where == "checksums":
        monkeypatch.setattr(checkpoint_files, "write_text", kill)
    else:
        monkeypatch.setattr(checkpoint_files, "name_newest", kill)
    with pytest.raises(Killed):
        Checkpoints(at(trainer, 2), folder, 3).save()
    monkeypatch.undo()
    at(trainer, 0)
    saver = Checkpoints(trainer, folder, 3)
    assert saver.restore(folder) == (2 if where == "index" else 0)
    at(trainer, 3)
    saver.save()
    assert restored(trainer, tmp_path) == 3
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("where", ["data", "checksums", "name"])
def test_failed_write_leaves_the_earlier_ones(trainer, run_dir, monkeypatch, where):
    """A disk that fills while data, checksums or the file `checkpoint` are written."""
    folder = run_dir / "checkpoints"
    saver = Checkpoints(at(trainer, 8), folder, 3)

    def full(*_, **__):
        if where == "data":
            (folder / ".unfinished" / "iteration-8.data-00000-of-00001").write_bytes(b"half")
            raise tf.errors.ResourceExhaustedError(None, None, "No space left on device")
        raise OSError(errno.ENOSPC, "No space left on device")

    target = {"data": saver._checkpoint}.get(where, checkpoint_files)
    name = {"data": "write", "checksums": "write_text", "name": "name_newest"}[where]
    monkeypatch.setattr(target, name, full)
    with pytest.raises(CheckpointError, match=r"iteration-8 could not be written: .*No space left"):
        saver.save()
    monkeypatch.undo()
    assert not list(folder.glob(".*"))
    assert len(list(folder.iterdir())) == 1 + 3 * len(list(folder.glob("*.index")))
    assert restored(trainer, run_dir) == 6


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of 2 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk(trainer, small_disk):
    saver = Checkpoints(at(trainer, 2), small_disk / "checkpoints", 3)
    saver.save()
    with (small_disk / "filler").open("wb", buffering=0) as file, pytest.raises(OSError):
        while True:
            file.write(bytes(1024))
    at(trainer, 4)
    with pytest.raises(CheckpointError, match=r"iteration-4 could not be written.*iteration-2"):
        saver.save()
    assert restored(trainer, small_disk) == 2
    assert not list((small_disk / "checkpoints").glob("iteration-4*"))

    (small_disk / "filler").unlink()
    Checkpoints(at(trainer, 4), small_disk / "checkpoints", 3).save()
    assert restored(trainer, small_disk) == 4


def test_read_only_disk(trainer, small_disk):
    saver = Checkpoints(at(trainer, 2), small_disk / "checkpoints", 3)
    saver.save()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    at(trainer, 4)
    with pytest.raises(CheckpointError, match=r"could not be written.*iteration-2"):
        saver.save()
    assert restored(trainer, small_disk) == 2


def test_file_in_place_of_the_folder(trainer, tmp_path):
    """What root, whom permissions do not stop, can meet as well."""
    (tmp_path / "checkpoints").write_text("in the way")
    with pytest.raises(CheckpointError, match=r"could not be written"):
        Checkpoints(at(trainer, 2), tmp_path / "checkpoints", 3).save()


def test_unknown_weights_are_named(run_dir):
    with pytest.raises(ValueError, match="must be one of average, raw. Received: 'best'"):
        load_run(run_dir, weights="best")


def test_logging_is_not_tensorflows(trainer, run_dir, caplog):
    """The command silences TensorFlow's logger; ours must still be heard."""
    flip_a_byte(data_file(run_dir, 6))
    with caplog.at_level(logging.WARNING, logger="root"):
        restored(trainer, run_dir)
    assert {record.name for record in caplog.records} == {"root"}


def test_the_state_names_what_is_kept(tmp_path):
    """As tf.train.latest_checkpoint and the other tools of TensorFlow read it."""
    for iteration in (2, 4, 10, 20):
        for suffix in (".index", ".data-00000-of-00001"):
            (tmp_path / f"iteration-{iteration}{suffix}").touch()
    checkpoint_files.name_newest(tmp_path / "iteration-10", keep=2)
    assert (tmp_path / "checkpoint").read_text().splitlines() == [
        'model_checkpoint_path: "iteration-10"',
        'all_model_checkpoint_paths: "iteration-4"',
        'all_model_checkpoint_paths: "iteration-10"',
    ]
    left = sorted(path.stem for path in tmp_path.glob("*.index"))
    assert left == ["iteration-10", "iteration-20", "iteration-4"]
