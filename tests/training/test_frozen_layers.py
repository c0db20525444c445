"""Training with parts of the networks frozen: they stay to the bit, the rest learns."""

import numpy as np
import pytest
from systems.stgan.test_trainer import make_data

from stgan_tf.systems.building import build_trainer
from stgan_tf.training.checkpoints import Checkpoints

PARTS = {
    "encoder": lambda trainer: trainer.generator.encoder,
    "decoder": lambda trainer: trainer.generator.decoder,
    "generator": lambda trainer: trainer.generator,
    "discriminator": lambda trainer: trainer.discriminator,
}


def build(config, part):
    """A trainer with `part` frozen."""
    trainer = build_trainer(config, num_images=100)
    PARTS[part](trainer).trainable = False
    assert not PARTS[part](trainer).trainable_variables
    return trainer


def values(trainer):
    networks = (trainer.generator, trainer.discriminator)
    return {v.path: v.numpy() for network in networks for v in network.variables}


def train(step, seeds):
    for seed in seeds:
        step(make_data(seed=seed))


@pytest.mark.parametrize(
    ("part", "accumulation_steps"),
    [
        pytest.param("encoder", 1, marks=pytest.mark.slow),
        pytest.param("encoder", 2, marks=pytest.mark.slow),
        pytest.param("decoder", 1, marks=pytest.mark.slow),
        pytest.param("generator", 1, marks=pytest.mark.slow),
        ("discriminator", 1),
    ],
)
def test_the_frozen_part_stays_and_the_rest_learns(tiny_config, change, part, accumulation_steps):
    config = change(tiny_config, "training", accumulation_steps=accumulation_steps, ema_decay=0.9)
    trainer = build(config, part)
    before = values(trainer)
    frozen = {variable.path for variable in PARTS[part](trainer).variables}
    train(trainer.train_step, range(2))
    after = values(trainer)
    changed = {path for path in before if np.any(before[path] != after[path])}
    # The critic's bias is in the logits of real and fake alike: its gradient is nil.
    assert changed == before.keys() - frozen - {"discriminator/critic_logit/bias"}
    averages = trainer.weight_average.named_variables
    for path in frozen & averages.keys():
        np.testing.assert_array_equal(averages[path], before[path], err_msg=path)
    assert int(trainer.generator_optimizer.iterations) == 2
    assert int(trainer.discriminator_optimizer.iterations) == 4


@pytest.mark.slow
def test_a_frozen_encoder_is_resumed(tiny_config, tmp_path):
    """From the checkpoint of a trainer with nothing frozen, then from its own."""
    first = build_trainer(tiny_config, num_images=100)
    train(first.train_step, [0])
    Checkpoints(first, tmp_path / "all", 1).save()

    whole = build(tiny_config, "encoder")
    assert Checkpoints(whole, tmp_path / "whole", 1).restore(tmp_path / "all") == 1
    train(whole.train_step, [1])
    Checkpoints(whole, tmp_path / "whole", 1).save()
    train(whole.train_step, [2])

    resumed = build(tiny_config, "encoder")
    assert Checkpoints(resumed, tmp_path / "resumed", 1).restore(tmp_path / "whole") == 2
    train(resumed.train_step, [2])
    encoder = {variable.path for variable in first.generator.encoder.variables}
    expected, start = values(whole), values(first)
    for path, value in values(resumed).items():
        if path in encoder:
            np.testing.assert_array_equal(value, start[path], err_msg=path)
        else:
            np.testing.assert_allclose(value, expected[path], rtol=1e-3, atol=1e-4, err_msg=path)

    thawed = build_trainer(tiny_config, num_images=100)
    assert Checkpoints(thawed, tmp_path / "thawed", 1).restore(tmp_path / "whole") == 2
    train(thawed.train_step, [2])
    moved = values(thawed)
    assert all(np.any(moved[path] != start[path]) for path in encoder)
