"""ConvBlock in a graph, where TensorFlow merges operations, against the same eagerly."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ACTIVATIONS, ConvBlock


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("norm", ["none", "batch", "instance"])
def test_a_graph_computes_what_eager_operations_do(norm, activation):
    """TensorFlow 2.21 merges convolution, batch normalisation and tanh into an operation that it
    does not implement; other merges must not change values either.
    """
    rng = np.random.default_rng(0)
    block = ConvBlock(8, 3, 1, norm=norm, activation=activation)
    images = tf.constant(rng.normal(size=(2, 8, 8, 4)), tf.float32)
    block.build(images.shape)
    for variable in block.variables:
        variable.assign(rng.uniform(0.5, 1.5, variable.shape))
    graph = tf.function(lambda images: block(images, training=False))
    np.testing.assert_allclose(graph(images), block(images, training=False), rtol=1e-5, atol=1e-5)
