"""Accumulated gradients against those of the whole batch."""

import numpy as np
import pytest
import tensorflow as tf
from systems.stgan.test_trainer import make_data

from stgan_tf.optimization.accumulation import accumulated
from stgan_tf.systems.building import build_trainer


def batch_of(data, number=0):
    return {name: values[number] for name, values in data.items()}


def test_means_of_parts_are_the_mean_of_the_whole():
    variable = tf.Variable([1.0, -2.0])

    def compute(batch, noise, absent):
        assert absent is None
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.reduce_sum((batch["x"] * variable) ** 2, 1) * noise)
        return [variable], [tape.gradient(loss, variable)], {"loss": loss}

    rng = np.random.default_rng(0)
    batch = {"x": tf.constant(rng.normal(size=(12, 2)), tf.float32)}
    noise = tf.constant(rng.uniform(size=12), tf.float32)
    _, [expected], terms = accumulated(compute, 1, batch, noise, None)
    for steps in (2, 3, 12):
        _, [gradient], means = accumulated(compute, steps, batch, noise, None)
        np.testing.assert_allclose(gradient, expected, rtol=1e-5)
        np.testing.assert_allclose(means["loss"], terms["loss"], rtol=1e-5)


@pytest.mark.parametrize("steps", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_critic_gradients_are_those_of_the_large_batch(tiny_config, change, steps):
    """The discriminator has no batch norm: gradient penalty and all, to rounding. The generator's
    must not see another batch either, so its edits are made with moving averages here.
    """
    trainer = build_trainer(tiny_config, num_images=100)
    trainer._edit = lambda batch: trainer.generator(
        [batch["images"], batch["target_attributes"] - batch["source_attributes"]], training=False
    )
    batch = batch_of(make_data())
    alpha = tf.reshape(tf.constant([0.1, 0.4, 0.6, 0.9]), (4, 1, 1, 1))

    def gradients(parts):
        compute = tf.function(
            lambda: accumulated(trainer.critic_gradients, parts, batch, alpha, None)[1:]
        )
        return compute()

    (expected, expected_terms), (found, terms) = gradients(1), gradients(steps)
    for ours, theirs in zip(found, expected, strict=True):
        # In the norm: an element that nearly cancels out has no digits of its own.
        error = np.linalg.norm(np.ravel(ours) - np.ravel(theirs))
        assert error <= 1e-5 * np.linalg.norm(theirs) + 1e-6
    for name, value in expected_terms.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-4, atol=1e-6, err_msg=name)


def test_generator_gradients_of_equal_parts_are_exact(tiny_config):
    """Batch norm sees a part at a time: where the parts are the same images, that is no matter."""
    trainer = build_trainer(tiny_config, num_images=100)
    half = {name: values[:2] for name, values in batch_of(make_data()).items()}
    twice = {name: tf.concat([values, values], 0) for name, values in half.items()}
    for batch in (half, twice):  # what each adds to the moving averages does not enter
        _, expected, terms = trainer.generator_gradients(batch)
        _, found, means = accumulated(trainer.generator_gradients, 2, twice)
        for ours, theirs in zip(found, expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=2e-4)
        np.testing.assert_allclose(
            means["reconstruction_loss"], terms["reconstruction_loss"], rtol=1e-5
        )


@pytest.mark.slow
def test_accumulating_run_updates_once_an_iteration(tiny_config, change):
    config = change(tiny_config, "training", accumulation_steps=2)
    trainer = build_trainer(config, num_images=100)
    terms = tf.function(trainer.train_step, autograph=False)(make_data())
    assert int(trainer.discriminator_optimizer.iterations) == 2
    assert int(trainer.generator_optimizer.iterations) == 1
    assert all(np.isfinite(value) for value in terms.values())
