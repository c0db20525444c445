"""The training command in processes of its own: errors, signals, kill and resume."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from warm_commands import run_command, start_command

from stgan_tf.synthetic.faces import write_dataset

ROOT = Path(__file__).parents[1]
#: Half the graph of flags/smoke.cfg, which takes most of the time.
SMALL = (f"--flagfile={ROOT / 'flags' / 'smoke.cfg'}", "--critic_steps_per_generator_step=1")


@pytest.fixture(scope="module")
def faces_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faces") / "faces"
    write_dataset(folder, 64, seed=1, num_processes=1)
    return folder


def run(*flags, environment=None):
    return run_command("train", *SMALL, *flags, environment=environment)


def start(*flags):
    return start_command("train", *SMALL, *flags)


def newest(run_dir):
    return tf.train.latest_checkpoint(run_dir / "checkpoints")


def wait_for_checkpoint(run_dir, process):
    deadline = time.monotonic() + 200
    while newest(run_dir) is None:
        assert process.poll() is None, process.errors()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def variables_of(run_dir):
    reader = tf.train.load_checkpoint(newest(run_dir))
    return {
        name: np.array(reader.get_tensor(name))
        for name in reader.get_variable_to_shape_map()
        if name.endswith("VARIABLE_VALUE") and "save_counter" not in name
    }


@pytest.mark.slow
def test_killed_run_continues_to_the_same_weights(faces_dir, tmp_path):
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    common = (f"--data_dir={faces_dir}", "--deterministic", "--checkpoint_every=7")
    process = start(*common, f"--run_dir={killed}", "--num_iterations=100000")
    wait_for_checkpoint(killed, process)
    process.kill()
    process.wait(60)
    step = int(newest(killed).rsplit("-", 1)[1])
    target = f"--num_iterations={step + 3}"

    resumed = run(*common, f"--run_dir={killed}", target)
    assert resumed.returncode == 0, resumed.stderr
    uninterrupted = run(*common, f"--run_dir={whole}", target)
    assert uninterrupted.returncode == 0, uninterrupted.stderr

    ours, theirs = variables_of(killed), variables_of(whole)
    assert ours.keys() == theirs.keys()
    assert len(ours) > 200
    for name, value in theirs.items():
        np.testing.assert_array_equal(ours[name], value, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_saves_and_exits_cleanly(faces_dir, tmp_path, number):
    run_dir = tmp_path / "run"
    process = start(
        f"--data_dir={faces_dir}",
        f"--run_dir={run_dir}",
        "--num_iterations=100000",
        "--checkpoint_every=5",
    )
    wait_for_checkpoint(run_dir, process)
    process.send_signal(number)
    status, errors = process.wait(60), process.errors()
    assert status == 0, errors
    assert f"{number.name} received: saved iteration" in errors
    lines = (run_dir / "metrics.jsonl").read_text().splitlines()
    assert newest(run_dir).endswith(f"-{json.loads(lines[-1])['iteration']}")


@pytest.mark.slow
def test_the_run_folder_alone_continues_a_run(faces_dir, tmp_path):
    run_dir = tmp_path / "run"
    begun = run(f"--data_dir={faces_dir}", f"--run_dir={run_dir}", "--num_iterations=2")
    assert begun.returncode == 0, begun.stderr
    config = run_dir / "config.json"
    longer = json.loads(config.read_text())
    assert longer["data"]["data_dir"] == str(faces_dir)
    longer["training"]["num_iterations"] = 4
    config.write_text(json.dumps(longer))
    flags = (f"--run_dir={run_dir}",)
    continued = run_command("train", *flags, cwd=tmp_path)
    assert continued.returncode == 0, continued.stderr
    lines = (run_dir / "metrics.jsonl").read_text().splitlines()
    steps = [json.loads(line)["iteration"] for line in lines]
    assert newest(run_dir).endswith("-4") and steps == sorted(set(steps)) and steps[-1] == 4


def test_dry_run_prints_configuration_counts_and_memory(tmp_path):
    result = run("--dry_run", f"--run_dir={tmp_path / 'run'}")
    assert result.returncode == 0, result.stderr
    assert '"image_size": 32' in result.stdout
    assert "generator_parameters:" in result.stdout
    assert "total_mib_estimate:" in result.stdout
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_dry_run_looks_at_the_data(faces_dir, tmp_path):
    result = run("--dry_run", f"--data_dir={faces_dir}")
    assert result.returncode == 0, result.stderr
    assert '"crop_frame": [' in result.stdout
    assert f"Data: 64 images in {faces_dir}: train " in result.stdout
    assert "178x218 (width x height)" in result.stdout
    assert "the crop 170x170 at row 26, column 3, resized to 32x32." in result.stdout
    result = run("--dry_run", f"--data_dir={tmp_path}")
    assert result.returncode == 1 and result.stderr.splitlines()[-1].startswith("stgan_tf.train: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--batch_sise=4"], "batch_sise"),
        (["--batch_size=0"], "batch_size"),
        (["--label_mode=diff"], "label_mode"),
        (
            ["--image_size=40"],
            "--image_size: must be divisible by 2^num_layers = 16. Received: 40.",
        ),
        (["--shortcut_layers=4"], "--shortcut_layers: must be at most num_layers - 1 = 3"),
        (["--shortcut_layers=0"], "--shortcut_layers: must be at least 1 with --use_stu"),
        (["--crop=1,2,3"], "--crop: must be celeba"),
        (["--split=stgan"], "--split=stgan leaves no validation images"),
        (["--split_fractions=0.5,x,0.1"], "--split_fractions: must be a list of numbers"),
        (["--data_dir=", "--dataset=folder"], "--dataset=synthetic. Received: an empty value"),
        (["--attributes=Bald,Bald"], "--attributes: must be distinct names"),
        (["--attributes=Beard"], "Unknown attribute: 'Beard'. Nearest: No_Beard"),
        (["--data_dir=/nowhere"], "/nowhere"),
        (["stray"], "stray"),
    ],
)
def test_user_errors_name_the_flag_and_leave_nothing(faces_dir, tmp_path, flags, message):
    run_dir = tmp_path / "run"
    result = run(f"--data_dir={faces_dir}", f"--run_dir={run_dir}", *flags)
    assert result.returncode != 0
    assert message in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert not run_dir.exists()


@pytest.mark.slow
def test_one_worker_cluster_trains(faces_dir, tmp_path):
    """MultiWorkerMirroredStrategy from TF_CONFIG, as far as one process shows it."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    cluster = {"cluster": {"worker": [f"localhost:{port}"]}, "task": {"type": "worker", "index": 0}}
    result = run(
        f"--data_dir={faces_dir}",
        f"--run_dir={tmp_path / 'run'}",
        "--strategy=multiworker",
        environment={**os.environ, "PYTHONPATH": str(ROOT), "TF_CONFIG": json.dumps(cluster)},
    )
    assert result.returncode == 0, result.stderr
    assert newest(tmp_path / "run").endswith("iteration-6")


@pytest.mark.slow
def test_unreadable_image_is_named(tmp_path):
    folder = tmp_path / "faces"
    write_dataset(folder, 64, seed=1, num_processes=1)
    for path in (folder / "img_align_celeba").iterdir():
        path.write_bytes(path.read_bytes()[:600])
    result = run(f"--data_dir={folder}", f"--run_dir={tmp_path / 'run'}")
    assert result.returncode != 0
    assert ".jpg" in result.stderr
    assert "--skip_bad_images" in result.stderr
    assert "Traceback" not in result.stderr
