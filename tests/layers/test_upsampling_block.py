"""Values by hand; in LiteRT, nothing that GPU delegates refuse."""

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from stgan_tf.layers.upsampling_block import UpsamplingBlock

X = np.float32([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)


def block_of(upsampling, kernel, channels=1):
    block = UpsamplingBlock(1, upsampling, norm="none", activation="linear", name="block")
    block.build((None, None, None, channels))
    block.block.convolution.kernel.assign(kernel)
    return block


@pytest.mark.parametrize("training", [True, False])
def test_nearest_neighbours_then_a_convolution(training):
    middle = np.zeros((3, 3, 1, 1), np.float32)
    middle[1, 1] = 10.0
    outputs = block_of("upsampling", middle)(X, training=training)
    expected = [[10, 10, 20, 20], [10, 10, 20, 20], [30, 30, 40, 40], [30, 30, 40, 40]]
    np.testing.assert_array_equal(outputs[0, :, :, 0], expected)


def test_channels_become_pixels_in_pytorchs_order():
    # Filter k of the convolution holds k + 1 times the input.
    kernel = np.zeros((3, 3, 1, 4), np.float32)
    kernel[1, 1, 0] = [1, 2, 3, 4]
    outputs = block_of("pixelshuffle", kernel)(X)
    expected = [[1, 2, 2, 4], [3, 4, 6, 8], [3, 6, 4, 8], [9, 12, 12, 16]]
    np.testing.assert_array_equal(outputs[0, :, :, 0], expected)


def test_gradients_of_both_ways_are_equal():
    block = block_of("upsampling", np.arange(9, dtype=np.float32).reshape(3, 3, 1, 1))
    x = tf.constant(X)
    found = []
    for training in (True, False):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(block(x, training=training) ** 2)
        found.append(tape.gradient(loss, x))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)


@pytest.mark.parametrize("upsampling", ["upsampling", "pixelshuffle"])
def test_litert_gets_no_tensor_of_rank_5(upsampling):
    block = UpsamplingBlock(2, upsampling, name="block")
    block.build((1, 4, 4, 3))
    function = tf.function(block, autograph=False).get_concrete_function(
        tf.TensorSpec((1, 4, 4, 3))
    )
    model = tf.lite.TFLiteConverter.from_concrete_functions([function], block).convert()
    interpreter = Interpreter(model_content=model)
    assert max(len(each["shape"]) for each in interpreter.get_tensor_details()) <= 4
