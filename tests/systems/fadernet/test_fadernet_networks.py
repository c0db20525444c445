"""FaderNet's networks: configuration, saving, sizes, the patch discriminator's padding."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.systems.fadernet.auto_encoder import AutoEncoder
from stgan_tf.systems.fadernet.latent_discriminator import LatentDiscriminator
from stgan_tf.systems.fadernet.patch_discriminator import FaderNetPatchDiscriminator


def noise(*shape):
    return tf.constant(np.random.default_rng(0).uniform(-1, 1, shape), tf.float32)


@pytest.mark.parametrize(
    ("network", "inputs"),
    [
        (AutoEncoder(3, 2, 8, groups=((1, 2), (0,))), [noise(2, 32, 32, 3), noise(2, 3)]),
        (LatentDiscriminator(5, 3, 2, 8, 6), noise(2, 4, 4, 8)),
        (LatentDiscriminator(5, 0, 2, 8, 6), noise(2, 32, 32, 3)),
        (FaderNetPatchDiscriminator(2, 8), noise(2, 32, 32, 3)),
    ],
)
def test_networks_save_load_and_know_their_shapes(network, inputs, tmp_path):
    expected = network(inputs)
    shapes = [x.shape for x in inputs] if isinstance(inputs, list) else inputs.shape
    assert tuple(network.compute_output_shape(shapes)) == tuple(expected.shape)
    network.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_allclose(again(inputs), expected, atol=1e-6)


def test_only_the_first_layer_of_the_classifier_has_no_norm():
    classifier, latent = LatentDiscriminator(2, 0, 2, 8, 6), LatentDiscriminator(2, 1, 2, 8, 6)
    classifier.build((None, 16, 16, 3))
    latent.build((None, 8, 8, 2))
    assert [block.norm for block in classifier.blocks] == ["none", "batch", "batch", "batch"]
    assert [block.norm for block in latent.blocks] == ["batch"] * 3


def test_patches_are_padded_by_one_on_each_side():
    """As PyTorch pads kernels of 4, at stride 1 too: 32 pixels leave a map of 2x2."""
    network = FaderNetPatchDiscriminator(2, 8)
    images = noise(3, 32, 32, 3)
    found = network(images)
    current = images
    for block in network.blocks:
        padded = tf.pad(current, [[0, 0], [1, 1], [1, 1], [0, 0]])
        current = tf.nn.conv2d(padded, block.convolution.kernel, block.strides, "VALID")
        if block.normalization is not None:
            current = block.normalization(current + block.convolution.bias, training=False)
        if block.activation == "leaky_relu":
            current = tf.where(current > 0, current, 0.2 * current)
    assert current.shape == (3, 2, 2, 1)
    expected = tf.reduce_mean(1 / (1 + tf.exp(-current)), axis=(1, 2, 3))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("size", [16, 36])
def test_images_that_leave_no_map_are_refused(size):
    with pytest.raises(ValueError, match=rf"at least 24 and divisible by 8\. Received.*{size}"):
        FaderNetPatchDiscriminator(2, 8).build((None, size, size, 3))
