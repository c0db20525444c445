"""What a user's keras.json says of channels and floats changes nothing."""

import dataclasses

import keras
import numpy as np
import pytest
from systems.stgan.test_trainer import make_data

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.stargan.settings import StarGANSettings


@pytest.fixture
def other_settings():
    """switch(): Keras as with `"image_data_format": "channels_first", "floatx": "float64"`."""
    before = keras.config.image_data_format(), keras.config.floatx(), keras.config.dtype_policy()

    def switch():
        keras.config.set_image_data_format("channels_first")
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")

    yield switch
    keras.config.set_image_data_format(before[0])
    keras.config.set_floatx(before[1])
    keras.config.set_dtype_policy(before[2])


def trained(config):
    """(loss terms, all variables) after an iteration."""
    trainer = build_trainer(config, num_images=100)
    terms = trainer.train_step(make_data())
    networks = (trainer.generator, trainer.discriminator)
    variables = {v.path: v.numpy() for network in networks for v in network.variables}
    return {name: float(value) for name, value in terms.items()}, variables


def test_stgan_trains_the_same(tiny_config, other_settings):
    expected_terms, expected = trained(tiny_config)
    other_settings()
    terms, variables = trained(tiny_config)
    for name, value in expected_terms.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-5, atol=1e-6, err_msg=name)
    assert {value.dtype for value in variables.values()} == {np.dtype(np.float32)}
    for name, value in expected.items():
        np.testing.assert_allclose(variables[name], value, rtol=1e-4, atol=1e-5, err_msg=name)


def test_stargan_and_the_classifier_too(tiny_config, other_settings):
    settings = StarGANSettings(
        generator_width=4,
        residual_blocks=1,
        discriminator_layers=3,
        discriminator_width=4,
        critic_steps_per_generator_step=2,
    )
    config = dataclasses.replace(tiny_config, system="stargan", settings=settings)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)

    def results():
        keras.utils.set_random_seed(0)
        logits = AttributeClassifier(3, image_size=32, width=2, hidden_units=8)(images)
        return trained(config)[0], logits.numpy()

    expected_terms, expected = results()
    other_settings()
    terms, logits = results()
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits, expected, atol=1e-5)
    for name, value in expected_terms.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-5, atol=1e-6, err_msg=name)
