"""The classifier's command and its flag files."""

from pathlib import Path

import pytest
from warm_commands import run_command

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "flags").glob("classifier*.cfg"))


def run(*flags):
    return run_command("train_classifier", *flags)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_flag_files_parse(path, tmp_path):
    """All flags are known and fit together: what is missing is only the data."""
    result = run(f"--flagfile={path}", f"--data_dir={tmp_path / 'no'}", f"--out_dir={tmp_path}")
    assert result.returncode == 1
    assert f"stgan_tf.train_classifier: --data_dir={tmp_path / 'no'} is no" in result.stderr


def test_errors_name_the_flag(tmp_path):
    for flags, message in (
        (["--patience=-1"], "--patience: must be a whole number, at least 0. Received: '-1'"),
        (
            ["--validate_every=0"],
            "--validate_every: must be a whole number, at least 1. Received: '0'",
        ),
        ([], "--data_dir: is required"),
    ):
        result = run(*flags, f"--out_dir={tmp_path / 'out'}")
        assert result.returncode == 2
        assert message in result.stderr
    assert not (tmp_path / "out").exists()
