"""StarGAN tells one domain out of several, as the official code does for folders."""

import dataclasses

import numpy as np
import pytest
from small_runs import NAMES

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stargan.settings import StarGANSettings

SETTINGS = StarGANSettings(
    generator_width=4,
    residual_blocks=1,
    discriminator_layers=2,
    discriminator_width=2,
    attribute_softmax=True,
)
DATA = DataConfig(attributes=NAMES, image_size=16, exclusive_attributes=True)


def test_loss_by_hand():
    """F.cross_entropy(logit, label): log of the sum of exponentials less the domain's own logit."""
    trainer = build_trainer(Config("stargan", DATA, SETTINGS), 100)
    logits = np.array([[1.0, 2, -1, 0], [0.5, 0, 0, 3]], np.float32)
    found = trainer.attribute_loss(np.eye(4, dtype=np.float32)[[1, 0]], logits)
    expected = np.mean(np.log(np.exp(logits).sum(axis=1)) - [2, 0.5])
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize(
    "data",
    [
        dataclasses.replace(DATA, exclusive_attributes=False),
        dataclasses.replace(DATA, attributes=("Bangs",)),
    ],
)
def test_needs_several_that_exclude_each_other(data):
    with pytest.raises(ConfigError, match="--attribute_softmax: needs several attributes.*Bangs"):
        Config("stargan", data, SETTINGS)


def test_domains_may_still_be_without_names():
    Config("stargan", DataConfig(dataset="domains", data_dir="seasons"), SETTINGS)
