"""Convolutions for inference, whose kernels are arranged beforehand and contain the normalisation.

A transposed convolution of kernel 4 and stride 2 is a convolution whose outputs are rearranged into
pixels: its outputs 2i + 1 and 2i + 2 along each axis depend on the inputs i and i + 1 only. Each
window of two by two inputs, one of them possibly outside the map, so has two by two outputs.
"""

import functools

import keras
import numpy as np
import tensorflow as tf

#: (input of the window, output of the window) -> tap of the transposed convolution along an axis.
_TAPS = ((2, 3), (0, 1))


def window_kernel(kernel):
    """The kernel of the windows.

    Args:
        kernel: (4, 4, F, C) of a transposed convolution of stride 2, an array.

    Returns: (2, 2, C, 4F), an array: for the window's inputs by row and column, all outputs by row,
        column and filter.
    """
    taps = np.array(_TAPS)
    # (input row, output row, input column, output column, F, C)
    arranged = kernel[taps[:, :, None, None], taps[None, None]]
    arranged = arranged.transpose(0, 2, 5, 1, 3, 4)
    return arranged.reshape(2, 2, kernel.shape[3], 4 * kernel.shape[2])


def folded_normalization(layer):
    """(gains, offsets), float64 (C,) each, that a `BatchNormalization` amounts to in inference."""
    gains = _array(layer.gamma) / np.sqrt(_array(layer.moving_variance) + layer.epsilon)
    return gains, _array(layer.beta) - _array(layer.moving_mean) * gains


class ArrangedConvolution:
    """A convolution, the batch normalisation after it, if any, and the activation, with constants
    computed beforehand. The constants are variables, so that the signatures of a SavedModel share
    them.

    Args:
        convolution: A built Conv2D or Conv2DTranspose layer; the latter with kernel 4, stride 2 and
            padding SAME.
        normalization: A built `BatchNormalization`, or None.
        activation: A function of tensors.
        separate: For a transposed convolution: whether each of a window's four inputs has a
            convolution of its own. Sums are then rounded before they are added, but nothing is
            computed for inputs outside the map, and kernels of side 1 are plain matrix products.

    Call arguments:
        inputs: (B, H, W, C), with H and W known when the graph is made.

    Returns: (B, H', W', filters).
    """

    def __init__(self, convolution, normalization, activation, separate=False):
        self._convolution = convolution
        self._activation = activation
        self._transposed = isinstance(convolution, keras.layers.Conv2DTranspose)
        gains, offsets = 1.0, 0.0
        if normalization is not None:
            gains, offsets = folded_normalization(normalization)
        if convolution.use_bias:
            offsets = offsets + _array(convolution.bias) * gains
        offsets = np.broadcast_to(offsets, (convolution.filters,))
        kernel = _array(convolution.kernel)
        if not self._transposed:
            kernels = [kernel * gains]
        else:
            kernel = window_kernel(kernel * np.reshape(gains, (-1, 1)))
            offsets = np.tile(offsets, 4)
            kernels = [kernel]
            if separate:
                kernels = [kernel[i : i + 1, j : j + 1] for i in range(2) for j in range(2)]
        dtype = convolution.variable_dtype
        self._kernels = [tf.Variable(value, trainable=False, dtype=dtype) for value in kernels]
        self._bias = tf.Variable(offsets, trainable=False, dtype=dtype)

    def __call__(self, inputs):
        if not self._transposed:
            return self._finished(self._convolution.convolution_op(inputs, self._kernels[0]))
        if len(self._kernels) == 1:
            padded = tf.pad(inputs, [[0, 0], [1, 1], [1, 1], [0, 0]])
            windows = tf.nn.conv2d(padded, self._kernels[0], 1, "VALID")
        else:
            windows = self._sum_of_inputs(inputs)
        pixels = tf.nn.depth_to_space(self._finished(windows), 2)
        # Windows at the border have outputs outside the result.
        # LiteRT's CPU library needs to know the number of images.
        images, rows, columns = inputs.shape[:3]
        size = [images or -1, 2 * rows, 2 * columns, self._convolution.filters]
        return tf.slice(pixels, [0, 1, 1, 0], size)

    def _sum_of_inputs(self, inputs):
        # Input 0 of window i is pixel i - 1 of the map, input 1 pixel i.
        sides = [(row, column) for row in ((1, 0), (0, 1)) for column in ((1, 0), (0, 1))]
        parts = [
            tf.pad(tf.nn.conv2d(inputs, kernel, 1, "VALID"), [[0, 0], row, column, [0, 0]])
            for kernel, (row, column) in zip(self._kernels, sides, strict=True)
        ]
        # Added one by one: few LiteRT delegates have ADD_N.
        return functools.reduce(tf.add, parts)

    def _finished(self, outputs):
        return self._activation(tf.nn.bias_add(outputs, self._bias))


def can_be_arranged(convolution):
    """Whether `ArrangedConvolution` computes this layer."""
    if not isinstance(convolution, keras.layers.Conv2DTranspose):
        return True
    form = tuple(convolution.kernel_size), tuple(convolution.strides), convolution.padding
    return form == ((4, 4), (2, 2), "same")


def _array(variable):
    return variable.numpy().astype(np.float64)
