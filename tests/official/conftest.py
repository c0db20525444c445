"""Checkpoints as the official code writes them, with settings of our choice."""

import pytest
from official.official_code import SETTING, make_checkpoint, write_checkpoint


@pytest.fixture(scope="session")
def small_values():
    """Variables of a checkpoint of `SETTING`."""
    return make_checkpoint(SETTING)


@pytest.fixture
def experiment(tmp_path, small_values):
    """The folder of an experiment with `SETTING`."""
    return write_checkpoint(tmp_path / "output" / "small", SETTING, small_values)
