"""Stages run in order, stop at the first failure and keep what they are told to keep."""

import pytest

from stgan_tf.stages import Stage, run_stages


def test_runs_in_order_and_sums_up(tmp_path, capfd):
    stages = [
        Stage("Say", ["platform"], tmp_path / "a"),
        Stage("Keep", ["no_such_module"], tmp_path / "kept", keep_output=True),
    ]
    (tmp_path / "kept").touch()
    summary = run_stages(stages).splitlines()
    assert [line.split()[0] for line in summary] == ["Say", "Keep"]
    output = capfd.readouterr().out
    assert output.index("$ python -m platform") < output.index("Reusing")


def test_failure_is_named(tmp_path):
    with pytest.raises(RuntimeError, match="'Break' failed with exit status 1"):
        run_stages([Stage("Break", ["no_such_module"], tmp_path)])
