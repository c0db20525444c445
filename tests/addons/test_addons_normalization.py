"""TensorFlow Addons' instance normalisation against ours, bit for bit."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.keras_versions import HAS_ADDONS
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.layers.instance_normalization import InstanceNormalization, instance_normalization


def derivatives(layer, images):
    """Outputs, first gradients, and the gradients of a penalty on the norm of the first."""
    with tf.GradientTape() as outer:
        outer.watch(images)
        with tf.GradientTape() as tape:
            tape.watch(images)
            outputs = layer(images)
            loss = tf.reduce_sum(outputs**3)
        first = tape.gradient(loss, [images, *layer.trainable_variables])
        norms = tf.sqrt(tf.reduce_sum(tf.square(first[0]), axis=(1, 2, 3)))
        penalty = tf.reduce_mean((norms - 1) ** 2)
    second = outer.gradient(penalty, [images, *layer.trainable_variables])
    return [outputs, *first, *(gradient for gradient in second if gradient is not None)]


@pytest.mark.skipif(not HAS_ADDONS, reason="TensorFlow Addons is not installed")
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64", "mixed_bfloat16"])
def test_equal_bit_for_bit_up_to_second_derivatives(dtype, affine):
    rng = np.random.default_rng(0)
    compute = "bfloat16" if "bfloat16" in dtype else dtype
    images = tf.cast(rng.normal(1.0, 2.0, (2, 6, 5, 3)), compute)
    layers = [
        make(epsilon=1e-4, affine=affine, dtype=dtype)
        for make in (instance_normalization, InstanceNormalization)
    ]
    assert type(layers[0]).__module__ == "stgan_tf.layers.addons_normalization"
    for layer in layers:
        layer.build(images.shape)
        assert len(layer.weights) == 2 * affine
    for variables in zip(*(layer.trainable_variables for layer in layers), strict=True):
        values = rng.normal(1.0, 0.5, 3)
        for variable in variables:
            assert variable.dtype == ("float64" if dtype == "float64" else "float32")
            variable.assign(values)
    theirs, ours = (derivatives(layer, images) for layer in layers)
    assert theirs[0].dtype == compute
    assert len(theirs) == (6 if affine else 3) or len(theirs) == 7
    for one, other in zip(theirs, ours, strict=True):
        assert np.any(one.numpy().astype(np.float64))
        np.testing.assert_array_equal(one, other)


def test_networks_take_it_where_it_is_installed():
    block = ConvBlock(4, norm="instance")
    again = ConvBlock.from_config(block.get_config())
    for one in (block, again):
        assert ("addons" in type(one.normalization).__module__) == HAS_ADDONS
        assert one.normalization.epsilon == 1e-6


def test_default_epsilon_is_the_official_one():
    ours, theirs = InstanceNormalization(), instance_normalization()
    assert ours.get_config()["epsilon"] == theirs.get_config()["epsilon"] == 1e-6
    assert theirs.get_config()["affine"] is True
