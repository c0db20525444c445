"""The import command in a process of its own."""

import numpy as np
import pytest
from warm_commands import run_command

from stgan_tf.training.run_folder import load_run


def run(*flags):
    return run_command("import_official", *flags)


def test_imports_and_verifies(official_dir, tmp_path):
    folder = official_dir / "attgan_small"
    result = run(
        f"--checkpoint_dir={folder}",
        f"--run_dir={tmp_path / 'run'}",
        f"--verify={folder / 'expected.npz'}",
    )
    assert result.returncode == 0, result.stderr
    assert "critic: variables after a step           41" in result.stdout
    assert "FAILED" not in result.stdout
    assert "discriminator updates: 35" in result.stdout
    assert load_run(tmp_path / "run").step == 7


@pytest.mark.slow
def test_what_fails_verification_is_not_imported(official_dir, tmp_path):
    folder = official_dir / "attgan_small"
    with np.load(folder / "expected.npz") as arrays:
        np.savez(tmp_path / "changed.npz", **{**arrays, "gp": arrays["gp"] * 1.01})
    result = run(
        f"--checkpoint_dir={folder}",
        f"--run_dir={tmp_path / 'run'}",
        f"--verify={tmp_path / 'changed.npz'}",
    )
    assert result.returncode == 1
    assert "stgan_tf.import_official: 1 comparison failed." in result.stderr
    assert "<- FAILED" in result.stdout
    assert not (tmp_path / "run").exists()


def test_expected_values_beside_their_checkpoint_are_enough(official_dir):
    result = run(f"--verify={official_dir / 'classifier' / 'expected.npz'}")
    assert result.returncode == 0, result.stderr
    assert "inference: logits" in result.stdout


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "--run_dir: is required, or --verify"),
        (["--run_dir=x"], "--checkpoint_dir: is required"),
        (["--run_dir=x", "--checkpoint_dir=/nowhere"], "There is no folder or checkpoint /nowhere"),
        (["--verify=/nowhere/expected.npz"], "There is no folder or checkpoint /nowhere"),
    ],
)
def test_errors_in_one_line(flags, message):
    result = run(*flags)
    assert result.returncode != 0
    assert message in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
