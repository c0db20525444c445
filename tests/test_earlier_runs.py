"""Runs of earlier versions open, edit and train on; earlier_runs/ keeps one of each kind.

They have random weights, 32 px and a few channels. version_0_1 was written, and its edits
computed, by the last commit before config.json had a version.
"""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.runtime.opening import open_model
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.training.checkpoints import Checkpoints

FOLDER = Path(__file__).with_name("earlier_runs") / "version_0_1"


@pytest.mark.parametrize("model", ["stgan", "attgan", "stargan"])
def test_edits_are_as_they_were(model):
    expected = np.load(FOLDER / "expected.npz")
    opened = open_model(FOLDER / model)
    edited = opened.edit(expected["images"], expected["difference"], expected["source"])
    np.testing.assert_allclose(edited, expected[f"edited_{model}"], atol=2e-6)


@pytest.mark.parametrize("model", ["stgan", "attgan", "stargan"])
def test_training_goes_on_with_all_that_was_saved(model, tmp_path):
    shutil.copytree(FOLDER / model, tmp_path / "run")
    config = Config.read(tmp_path / "run" / "config.json")
    assert config.system == ("stargan" if model == "stargan" else "stgan")
    # Other weights than those of the run, so that what is not restored shows.
    other_seed = dataclasses.replace(config.training, seed=7)
    trainer = build_trainer(dataclasses.replace(config, training=other_seed), num_images=100)
    before = [variable.numpy() for variable in trainer.generator.trainable_variables]
    folder = tmp_path / "run" / "checkpoints"
    assert Checkpoints(trainer, folder, keep=1).restore(folder) == 0
    for old, variable in zip(before, trainer.generator.trainable_variables, strict=True):
        assert np.any(old != variable.numpy()) or not old.any(), variable.path
    settings = dataclasses.asdict(config.settings)
    assert settings["critic_steps_per_generator_step"] == 5
    assert settings["reconstruction_weight"] == 100.0
    # StarGAN's attribute loss was a mean over the 4 attributes; now it is their sum.
    assert settings["generator_attribute_weight"] == (2.5 if model == "stargan" else 10.0)
    labels = tf.one_hot([0, 1], 4)
    batch = {
        "images": tf.zeros((6, 2, 32, 32, 3)),
        "source_attributes": tf.tile(labels[None], (6, 1, 1)),
        "target_attributes": tf.tile(labels[None, ::-1], (6, 1, 1)),
    }
    terms = trainer.train_step(batch)
    assert all(np.isfinite(value) for value in terms.values())
