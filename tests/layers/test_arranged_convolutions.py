"""Convolutions with constants computed beforehand: worked by hand, and against the layers."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.layers.arranged_convolutions import (
    ArrangedConvolution,
    can_be_arranged,
    folded_normalization,
    window_kernel,
)
from stgan_tf.layers.batch_normalization import BatchNormalization
from stgan_tf.layers.convolutions import Conv2D, Conv2DTranspose


def built(layer, shape, *values):
    layer.build(shape)
    for variable, value in zip(layer.weights, values, strict=True):
        variable.assign(np.reshape(value, variable.shape))
    return layer


def same(kind, filters, size=4, strides=2, **options):
    return kind(filters, size, strides, "same", data_format="channels_last", **options)


def test_normalization_by_hand():
    """gamma 6, beta 1, mean 5, variance 8, epsilon 1: 6 (x - 5) / 3 + 1 = 2 x - 9."""
    norm = built(BatchNormalization(epsilon=1.0), (None, 1), 6.0, 1.0, 5.0, 8.0)
    gains, offsets = folded_normalization(norm)
    np.testing.assert_array_equal([gains, offsets], [[2.0], [-9.0]])


def test_a_convolution_with_normalization_by_hand():
    """x -> 3 x + 4 -> 2 (3 x + 4) - 9 = 6 x - 1, and nothing below zero."""
    convolution = built(same(Conv2D, 1, 1, 1), (None, 1, 2, 1), 3.0, 4.0)
    norm = built(BatchNormalization(epsilon=1.0), (None, 1), 6.0, 1.0, 5.0, 8.0)
    arranged = ArrangedConvolution(convolution, norm, tf.nn.relu)
    outputs = arranged(tf.constant([[[[2.0], [-1.0]]]]))
    np.testing.assert_array_equal(outputs[0, 0, :, 0], [11.0, 0.0])


@pytest.mark.parametrize("separate", [False, True])
def test_a_transposed_convolution_by_hand(separate):
    """One pixel of value 3 meets the middle of the kernel 0 to 15; then 2 x - 9."""
    convolution = built(same(Conv2DTranspose, 1, use_bias=False), (None, 1, 1, 1), np.arange(16.0))
    norm = built(BatchNormalization(epsilon=1.0), (None, 1), 6.0, 1.0, 5.0, 8.0)
    arranged = ArrangedConvolution(convolution, norm, tf.identity, separate)
    outputs = arranged(tf.constant([[[[3.0]]]]))
    expected = 2 * 3 * np.array([[5, 6], [9, 10]]) - 9
    np.testing.assert_array_equal(outputs[0, :, :, 0], expected)


def test_windows_by_hand():
    """Outputs 2i + 1 and 2i + 2 are taps 2 and 3 of input i, taps 0 and 1 of input i + 1."""
    kernel = np.arange(16.0).reshape(4, 4, 1, 1)
    windows = window_kernel(kernel)
    assert windows.shape == (2, 2, 1, 4)
    np.testing.assert_array_equal(windows[0, 0, 0], [10, 11, 14, 15])
    np.testing.assert_array_equal(windows[0, 1, 0], [8, 9, 12, 13])
    np.testing.assert_array_equal(windows[1, 0, 0], [2, 3, 6, 7])
    np.testing.assert_array_equal(windows[1, 1, 0], [0, 1, 4, 5])


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 3), (5, 4)])
def test_equal_to_the_layers(rows, columns, separate, normalized):
    rng = np.random.default_rng(0)
    shape = (2, rows, columns, 3)
    for layer in (same(Conv2DTranspose, 5), same(Conv2D, 5)):
        kernel = rng.normal(
            size=(4, 4, 5, 3) if "Transpose" in type(layer).__name__ else (4, 4, 3, 5)
        )
        built(layer, shape, kernel, rng.normal(size=5))
        norm = built(BatchNormalization(), (None, 5), *rng.uniform(0.5, 2, (4, 5)))
        inputs = tf.constant(rng.normal(size=shape), tf.float32)
        expected = layer(inputs)
        if normalized:
            expected = norm(expected)
        arranged = ArrangedConvolution(layer, norm if normalized else None, tf.tanh, separate)
        np.testing.assert_allclose(arranged(inputs), tf.tanh(expected), atol=2e-6)


def test_a_batch_of_any_size():
    layer = same(Conv2DTranspose, 5)
    layer.build((None, 2, 2, 3))
    arranged = ArrangedConvolution(layer, None, tf.nn.relu)
    run = tf.function(arranged, input_signature=[tf.TensorSpec((None, 2, 2, 3))])
    assert run(tf.zeros((3, 2, 2, 3))).shape == (3, 4, 4, 5)


def test_which_transposed_convolutions_are_arranged():
    assert can_be_arranged(same(Conv2D, 1, 3, 1))
    assert can_be_arranged(same(Conv2DTranspose, 1))
    assert not can_be_arranged(same(Conv2DTranspose, 1, 3, 1))
    assert not can_be_arranged(Conv2DTranspose(1, 4, 2, "valid"))
