"""From a configuration to optimisers, networks and the length of a run."""

import inspect

import numpy as np
import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.systems.building import build_editing_network, build_trainer
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import iterations_per_epoch, total_iterations
from stgan_tf.systems.stgan.decoder import Decoder
from stgan_tf.systems.stgan.discriminator import Discriminator
from stgan_tf.systems.stgan.encoder import Encoder
from stgan_tf.systems.stgan.generator import Generator
from stgan_tf.systems.stgan.selective_transfer import SelectiveTransfer
from stgan_tf.systems.stgan.settings import STGANSettings

#: An iteration of 4 batches of 7 images: 28.
TRAINING = {"batch_size": 7}
SETTINGS = {"critic_steps_per_generator_step": 3}


def rate_after(optimizer, updates):
    optimizer.iterations.assign(updates)
    return float(optimizer.learning_rate)


@pytest.mark.parametrize(
    ("decay", "iterations"),
    [
        ({"decay_after_iterations": 5, "decay_after_epochs": 100}, 5),
        # 100 images are 3 iterations, two epochs of them 6.
        ({"decay_after_iterations": 0, "decay_after_epochs": 2}, 6),
    ],
)
def test_both_rates_fall_in_the_same_iteration(tiny_config, change, decay, iterations):
    """The schedule counts an optimiser's updates; the critic has three an iteration."""
    config = change(tiny_config, "training", **TRAINING, **decay, learning_rate=0.5)
    config = change(config, "settings", **SETTINGS)
    trainer = build_trainer(config, num_images=100)
    for optimizer, updates in (
        (trainer.generator_optimizer, iterations),
        (trainer.discriminator_optimizer, 3 * iterations),
    ):
        rates = [rate_after(optimizer, n) for n in (0, updates - 1, updates, 2 * updates)]
        np.testing.assert_allclose(rates, [0.5, 0.5, 0.05, 0.005], rtol=1e-5)


def test_what_is_configured_reaches_the_trainer(tiny_config, change):
    training = {
        "adam_beta_1": 0.25,
        "adam_beta_2": 0.75,
        "clip_gradient_norm": 3.0,
        "seed": 29,
        "accumulation_steps": 2,
        "ema_decay": 0.75,
    }
    config = change(tiny_config, "training", **TRAINING, **training)
    config = change(config, "settings", **SETTINGS)
    trainer = build_trainer(config, num_images=100)
    for optimizer in (trainer.generator_optimizer, trainer.discriminator_optimizer):
        found = (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon)
        assert found == (0.25, 0.75, 1e-8)  # the official epsilon
        assert optimizer.clip_gradient_norm == 3.0
    assert trainer.seed == 29
    assert trainer.accumulation_steps == 2
    assert trainer.weight_average is not None
    assert trainer.settings is config.settings


def test_weights_follow_from_the_seed(tiny_config, change):
    def weights(seed):
        trainer = build_trainer(change(tiny_config, "training", seed=seed), num_images=100)
        networks = (trainer.generator, trainer.discriminator)
        return [w.numpy() for network in networks for w in network.trainable_weights]

    for ours, again, other in zip(weights(1), weights(1), weights(2), strict=True):
        np.testing.assert_array_equal(ours, again)
        if ours.ndim > 1:  # a kernel, not a bias of zeros
            assert np.any(ours != other)


def test_statistics_are_synchronised_between_replicas_only(tiny_config):
    system = find_system(tiny_config.system)
    for network, synchronised in (
        (build_editing_network(tiny_config), False),
        (system.build_editing_network(tiny_config), False),
        (build_trainer(tiny_config, 100).generator, False),
        (system.build_trainer(tiny_config, 100).generator, False),
        (build_trainer(tiny_config, 100, 2).generator, True),
    ):
        assert network.synchronized is synchronised


def test_length_of_an_epoch_and_of_a_run():
    settings = STGANSettings(**SETTINGS)
    training = TrainingConfig(**TRAINING, num_epochs=5, num_iterations=0)
    config = Config(settings=settings, training=training)
    assert [iterations_per_epoch(n, config) for n in (1, 27, 28, 55, 56, 84)] == [1, 1, 1, 1, 2, 3]
    assert total_iterations(84, config) == 15
    training = TrainingConfig(**TRAINING, num_epochs=5, num_iterations=11)
    fixed = Config(settings=settings, training=training)
    assert total_iterations(84, fixed) == 11


#: STGANSettings's name of an argument, where it has another one.
OTHER_NAMES = {
    Encoder: {"width": "encoder_width"},
    Decoder: {"width": "decoder_width"},
    SelectiveTransfer: {
        "width": "stu_width",
        "inject_layers": "stu_inject_layers",
        "kernel_size": "stu_kernel_size",
        "norm": "stu_norm",
        "state": "stu_state",
        "unit": "skip_unit",
        "residual": "skip_residual",
    },
    Discriminator: {
        "num_layers": "discriminator_layers",
        "width": "discriminator_width",
        "fc_units": "discriminator_fc_units",
    },
}


@pytest.mark.parametrize(
    ("network", "arguments"),
    [(Encoder, 4), (Decoder, 6), (SelectiveTransfer, 8), (Discriminator, 4)],
)
def test_a_network_without_arguments_is_the_configured_one(network, arguments):
    """The paper's network in both places: constructors and configuration have the same defaults."""
    settings, compared = STGANSettings(), 0
    for name, parameter in inspect.signature(network.__init__).parameters.items():
        own = OTHER_NAMES[network].get(name, name)
        if parameter.default is not inspect.Parameter.empty and hasattr(settings, own):
            assert parameter.default == getattr(settings, own), name
            compared += 1
    assert compared == arguments


def test_every_network_setting_reaches_its_network():
    """Values that differ from every default and from each other."""
    config = STGANSettings(
        num_layers=4,
        encoder_width=5,
        decoder_width=12,
        stu_width=7,
        max_channels=37,
        shortcut_layers=2,
        inject_layers=1,
        stu_inject_layers=3,
        stu_kernel_size=5,
        stu_norm="batch",
        stu_state="gru",
        skip_residual=False,
        multi_inputs=2,
        extra_conv_kernel=9,
        decoder_upsampling="upsampling",
        edit_mask=True,
        batch_norm_momentum=0.25,
        discriminator_layers=3,
        discriminator_width=11,
        discriminator_fc_units=13,
    )
    generator = Generator(config)
    found = generator.get_config()
    common = set(found) & set(vars(config))
    assert len(common) == 19
    for name in common:
        assert found[name] == getattr(config, name), name
    assert found["synchronized"] is False
    own = {"num_layers", "max_channels"}
    parts = {
        generator.encoder: {"width": 5, "multi_inputs": 2},
        generator.decoder: {
            "width": 12,
            "shortcut_layers": 2,
            "inject_layers": 1,
            "extra_conv_kernel": 9,
            "upsampling": "upsampling",
            "mask": True,
        },
        generator.selective_transfer: {
            "width": 7,
            "inject_layers": 3,
            "kernel_size": 5,
            "norm": "batch",
            "state": "gru",
            "num_units": 2,
        },
    }
    for part, expected in parts.items():
        found = part.get_config()
        expected = {**expected, **{name: getattr(config, name) for name in own & set(found)}}
        assert {name: found[name] for name in expected} == expected
        assert found["batch_norm"] == {"momentum": 0.25, "synchronized": False}
    found = Discriminator.from_settings(config, 2).get_config()
    expected = {"num_attributes": 2, "num_layers": 3, "width": 11, "max_channels": 37}
    assert {name: found[name] for name in (*expected, "fc_units")} == {**expected, "fc_units": 13}


def test_the_configuration_makes_networks_of_its_size(tiny_config, change):
    config = change(tiny_config, "data", attributes=("Bangs", "Male"), image_size=24)
    assert isinstance(config.data, DataConfig)
    trainer = build_trainer(config, num_images=10)
    shapes = [tuple(w.shape) for w in trainer.discriminator.attribute_logit.weights]
    assert shapes == [(8, 2), (2,)]
    assert trainer.discriminator.critic_hidden.kernel.shape == (3 * 3 * 16, 8)
