"""docs/extending.md: its package is installed beside ours and goes through every command."""

import json
import os
import re
import signal
from pathlib import Path

import numpy as np
import pytest
import tomllib
from PIL import Image
from small_runs import write_classifier
from warm_commands import run_command, start_command

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Processes with this environment have the page's package, as pip would install it."""
    site = tmp_path_factory.mktemp("site")
    code = "\n\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    (site / "tint.py").write_text(code, encoding="utf-8")
    [declared] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    groups = tomllib.loads(declared)["project"]["entry-points"]
    lines = []
    for group, points in groups.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (site / "tint-1.0.dist-info").mkdir()
    (site / "tint-1.0.dist-info" / "entry_points.txt").write_text("\n".join(lines) + "\n")
    (site / "tint-1.0.dist-info" / "METADATA").write_text("Name: tint\nVersion: 1.0\n")
    path = os.pathsep.join([str(site), str(ROOT)])
    return {**os.environ, "PYTHONPATH": path, "XDG_CACHE_HOME": str(site / "cache")}


@pytest.fixture(scope="module")
def run(environment):
    """run(command, *flags) -> what it printed; the test fails where the command does."""

    def run_one(command, *flags):
        result = run_command(command, *flags, environment=environment)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run_one


DATA = (
    "--dataset=stripes",
    "--attributes=Bangs,Eyeglasses",
    "--image_size=32",
    "--crop=none",
    "--split=fractions",
    "--split_fractions=0.5,0.25,0.25",
    "--batch_size=4",
    "--log_every=1",
    "--sample_every=2",
    "--checkpoint_every=2",
)


@pytest.mark.slow
def test_the_pages_system_goes_through_every_command(run, environment, tmp_path):
    run_dir = tmp_path / "tint"
    system = ("--system=tint", "--tint_limit=0.4", "--learning_rate=0.01")
    train = (*system, f"--run_dir={run_dir}", *DATA)
    assert "network_parameters: 6\n" in run("train", *train, "--dry_run")

    # Killed as soon as there is a checkpoint, and started again.
    process = start_command("train", *train, "--num_iterations=200000", environment=environment)
    try:
        while not list(run_dir.glob("checkpoints/iteration-*.index")):
            assert process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    newest = max(
        int(path.stem.split("-")[1]) for path in run_dir.glob("checkpoints/iteration-*.index")
    )
    last = newest + 40
    run("train", *train, f"--num_iterations={last}")
    rows = [json.loads(line) for line in (run_dir / "metrics.jsonl").read_text().splitlines()]
    assert [row["iteration"] for row in rows] == list(range(1, last + 1))
    assert rows[-1]["reconstruction_loss"] < rows[0]["reconstruction_loss"]
    assert list((run_dir / "samples").glob("*.png"))

    classifier = write_classifier(
        tmp_path / "classifier", names=("Eyeglasses", "Bangs"), crop="none"
    )
    run("evaluate", f"--run_dir={run_dir}", f"--classifier={classifier}", "--batch_size=4")
    report = json.loads((run_dir / "evaluation" / "report.json").read_text())
    assert report["config"]["system"] == "tint" and report["step"] == last
    table = run("compare", f"--runs=mine={run_dir}", f"--out_dir={tmp_path / 'compared'}")
    assert "| mine |" in table

    pixels = np.full((32, 32, 3), 128, np.uint8)
    Image.fromarray(pixels).save(tmp_path / "grey.png")
    run(
        "edit",
        f"--model={run_dir}",
        f"--input={tmp_path / 'grey.png'}",
        f"--output={tmp_path / 'edited.png'}",
        "--edit=Bangs=+1",
        "--classifier=none",
        "--aligned",
    )
    # Whoever has Bangs is darker.
    assert np.asarray(Image.open(tmp_path / "edited.png")).mean() < 126

    out = tmp_path / "exported"
    shown = run(
        "export", f"--run_dir={run_dir}", f"--out_dir={out}", "--formats=litert,saved_model,weights"
    )
    assert "| weights.npz |" in shown and "edit_float32.tflite" in shown
    assert (out / "weights" / "weights.npz").is_file()
    assert list((out / "saved_model").glob("*/saved_model.pb"))


@pytest.mark.slow
def test_the_pages_loss_trains(run, tmp_path):
    sizes = ("--encoder_width=4", "--decoder_width=4", "--stu_width=4", "--discriminator_width=4")
    run(
        "train",
        "--system=hinge_stgan",
        "--discriminator_fc_units=8",
        "--critic_steps_per_generator_step=1",
        "--num_iterations=2",
        f"--run_dir={tmp_path / 'hinge'}",
        *sizes,
        *DATA,
    )
    [first, _] = (tmp_path / "hinge" / "metrics.jsonl").read_text().splitlines()
    # At the start all logits are near 0, where the hinge is 1 on both sides.
    assert abs(json.loads(first)["critic_adversarial_loss"] - 2) < 0.5
