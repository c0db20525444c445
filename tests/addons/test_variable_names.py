"""Checkpoints name variables after what Keras 3 calls them, in either version of Keras."""

import json
from pathlib import Path

import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.keras_versions import named_variables
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config

#: {system: {network: {path: shape}}}, written with Keras 3.
NAMES = json.loads(Path(__file__).with_name("variable_names.json").read_text())


def names_of(system):
    settings = {"patch_weight": 1.0, "classifier_weight": 1.0} if system == "fadernet" else {}
    attributes = ("Young",) if system == "cyclegan" else ("Bangs", "Eyeglasses")
    config = Config(
        system=system,
        data=DataConfig(attributes=attributes, image_size=64),
        settings=find_system(system).settings_type(**settings),
    )
    trainer = build_trainer(config, num_images=100)
    return {
        name: {path: list(variable.shape) for path, variable in named_variables(network).items()}
        for name, network in trainer.networks.items()
    }


@pytest.mark.parametrize("system", NAMES)
def test_as_in_keras_3(system):
    assert names_of(system) == NAMES[system]
