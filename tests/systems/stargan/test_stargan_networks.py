"""StarGAN's networks against the official sizes and a second writing in plain operations."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.systems.stargan.discriminator import StarGANDiscriminator
from stgan_tf.systems.stargan.generator import StarGANGenerator


def parameters(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


def test_official_parameter_counts():
    """solver.py prints 8,430,528 and 44,762,048 for CelebA's five attributes at 128 px."""
    generator = StarGANGenerator()
    generator.build([(None, 128, 128, 3), (None, 5)])
    assert parameters(generator) == 8_430_528
    discriminator = StarGANDiscriminator(5)
    discriminator.build((None, 128, 128, 3))
    assert parameters(discriminator) == 44_762_048


@pytest.fixture
def batch():
    rng = np.random.default_rng(0)
    images = tf.constant(rng.uniform(-1, 1, (2, 16, 16, 3)), tf.float32)
    return images, tf.constant(rng.integers(0, 2, (2, 3)), tf.float32)


def randomise(network):
    rng = np.random.default_rng(1)
    for weight in network.weights:
        weight.assign(rng.normal(0.1, 0.2, weight.shape))
    return [tf.constant(weight) for weight in network.weights]


def instance_norm(x, gamma, beta):
    mean = tf.reduce_mean(x, (1, 2), keepdims=True)
    variance = tf.reduce_mean(tf.square(x - mean), (1, 2), keepdims=True)
    return (x - mean) / tf.sqrt(variance + 1e-5) * gamma + beta


def test_generator_in_plain_operations(batch):
    images, labels = batch
    generator = StarGANGenerator(4, 2)
    generator.build([images.shape, labels.shape])
    weights = iter(randomise(generator))

    def block(x, stride=1, up=False):
        kernel, gamma, beta = next(weights), next(weights), next(weights)
        if up:
            shape = (2, x.shape[1] * 2, x.shape[2] * 2, kernel.shape[2])
            x = tf.nn.conv2d_transpose(x, kernel, shape, 2, "SAME")
        else:
            x = tf.nn.conv2d(x, kernel, stride, "SAME")
        return instance_norm(x, gamma, beta)

    x = tf.concat([images, tf.tile(labels[:, None, None], (1, 16, 16, 1))], 3)
    x = tf.nn.relu(block(x))
    for _ in range(2):
        x = tf.nn.relu(block(x, 2))
    for _ in range(2):
        x = x + block(tf.nn.relu(block(x)))
    for _ in range(2):
        x = tf.nn.relu(block(x, up=True))
    expected = tf.tanh(tf.nn.conv2d(x, next(weights), 1, "SAME"))
    assert next(weights, None) is None
    np.testing.assert_allclose(generator([images, labels]), expected, atol=1e-5)
    features = generator.encode(images)
    np.testing.assert_array_equal(generator.decode(features, labels), generator([images, labels]))


def test_discriminator_in_plain_operations(batch):
    images, _ = batch
    discriminator = StarGANDiscriminator(3, 2, 4)
    discriminator.build(images.shape)
    *convolutions, critic, attributes = randomise(discriminator)
    x = images
    for kernel, bias in zip(convolutions[::2], convolutions[1::2], strict=True):
        x = tf.nn.leaky_relu(tf.nn.conv2d(x, kernel, 2, "SAME") + bias, 0.01)
    logits, attribute_logits = discriminator(images)
    assert logits.shape == (2, 4, 4, 1)
    np.testing.assert_allclose(logits, tf.nn.conv2d(x, critic, 1, "SAME"), atol=1e-5)
    # The official head is a 4x4 convolution without padding.
    kernel = tf.reshape(attributes, (4, 4, 8, 3))
    expected = tf.nn.conv2d(x, kernel, 1, "VALID")[:, 0, 0]
    np.testing.assert_allclose(attribute_logits, expected, atol=1e-5)


def test_saves_and_loads(batch, tmp_path):
    for network, inputs in (
        (StarGANGenerator(4, 1), list(batch)),
        (StarGANDiscriminator(3, 2, 4), batch[0]),
    ):
        expected = network(inputs)
        network.save(tmp_path / "network.keras")
        again = keras.saving.load_model(tmp_path / "network.keras")(inputs)
        for ours, theirs in zip(tf.nest.flatten(again), tf.nest.flatten(expected), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_sizes_that_do_not_fit():
    with pytest.raises(ValueError, match="divisible by 4.*18"):
        StarGANGenerator(4, 1).build([(None, 18, 18, 3), (None, 3)])
    with pytest.raises(ValueError, match=r"2\^num_layers = 8.*20"):
        StarGANDiscriminator(3, 3, 4).build((None, 20, 20, 3))
