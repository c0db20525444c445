"""The export command in a process of its own."""

import json

import pytest
from small_runs import write_run
from warm_commands import run_command

from stgan_tf.runtime.model_description import ModelDescription


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("export") / "run", "stgan")


def run(*flags):
    return run_command("export", *flags)


def test_a_run_becomes_files_and_a_table(run_dir, tmp_path):
    flags = ["--version=3", "--batch_sizes=1,4", "--comparison_images=1", "--latency_repeats=1"]
    result = run(f"--run_dir={run_dir}", f"--out_dir={tmp_path / 'out'}", *flags)
    assert result.returncode == 0, result.stderr
    assert "| SavedModel, version 3 |" in result.stdout
    assert "| edit_dynamic_int8.tflite |" in result.stdout
    assert f"Written to {tmp_path / 'out'}." in result.stdout
    report = json.loads((tmp_path / "out" / "export.json").read_text())
    assert report["saved_model"]["batch_sizes"] == [1, 4]
    assert report["saved_model"]["warmup_records"] == 4
    described = ModelDescription.read(tmp_path / "out" / "litert" / "model.json")
    assert [file.precision for file in described.files] == ["float32", "float16", "dynamic_int8"]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (
            ["--formats=onnx"],
            "--formats must be among saved_model, litert, each at most once. Received: onnx",
        ),
        (["--precisions=float16"], "--precisions needs float32"),
        (["--batch_sizes=1,x"], "--batch_sizes must be numbers. Received: 1,x"),
        (["--run_dir=/nowhere"], "No config.json in /nowhere: this is not a run folder"),
    ],
)
def test_errors_name_what_was_wrong(run_dir, tmp_path, flags, message):
    defaults = {"--run_dir": run_dir, "--out_dir": tmp_path / "out"}
    given = {flag.split("=")[0] for flag in flags}
    rest = [f"{name}={value}" for name, value in defaults.items() if name not in given]
    result = run(*flags, *rest)
    assert result.returncode == (1 if "--run_dir=/nowhere" in flags else 2)
    assert f"stgan_tf.export: {message}" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()
