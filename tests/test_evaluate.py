"""The commands' own part: errors without a traceback, and a non-zero exit status."""

import pytest
from warm_commands import run_command


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        (
            "evaluate",
            ["--run_dir=missing"],
            "stgan_tf.evaluate: missing is neither a file or folder here nor the name of a model",
        ),
        ("evaluate", ["--classifier=missing"], "--run_dir"),
        ("train_classifier", ["--data_dir=missing", "--out_dir=classifier"], "missing"),
        (
            "demo",
            ["--training_flags=missing.cfg"],
            "--training_flags: no such file. Received: 'missing.cfg'",
        ),
    ],
)
def test_mistakes_are_named_without_a_traceback(tmp_path, command, arguments, message):
    result = run_command(command, *arguments, cwd=tmp_path)
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert "image/s" not in result.stderr  # no bar of what never began
    assert list(tmp_path.iterdir()) == []
