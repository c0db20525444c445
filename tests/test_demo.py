import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_demo_of_landscapes_ends_in_a_page_and_an_export(tmp_path):
    # The demo's own flags, but for networks that take most of its time.
    flags = tmp_path / "small.cfg"
    small = ["encoder_width=8", "decoder_width=8", "discriminator_width=8"]
    small += ["critic_steps_per_generator_step=1"]
    lines = ["flagfile=flags/seasons_quickstart.cfg", *small]
    flags.write_text("".join(f"--{line}\n" for line in lines))
    command = [sys.executable, "-m", "stgan_tf.demo", "--scene=landscapes"]
    command += [f"--training_flags={flags}"]
    command += [f"--out_dir={tmp_path}", "--num_images=60", "--num_iterations=2"]
    result = subprocess.run(
        [*command, "--classifier_iterations=4"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    report = json.loads((tmp_path / "run/evaluation/report.json").read_text())
    assert report["measurements"]["attributes"] == ["winter"]
    edits = report["true_edits"]["edits"][0]["attributes"]
    assert set(edits) == {"summer to winter", "winter to summer"}
    assert (tmp_path / "export/saved_model").is_dir()
    assert "To open the mobile demo" in result.stdout
