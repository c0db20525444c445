"""Convolutions that run as matrix products where these are faster: large kernels on small maps."""

import keras
import tensorflow as tf

#: Weights of a kernel from which on a product pays. The library arranges large kernels anew in each
#: call; for small ones, taking the maps apart costs more: with products everywhere an iteration of
#: flags/benchmark_64.cfg takes 1.16 s instead of 0.67 s.
LEAST_WEIGHTS = 2**21


class Conv2D(keras.layers.Conv2D):
    """keras.layers.Conv2D. Large kernels of side 4 and stride 2 on small maps: one matrix product,
    with the kernel as it is stored.
    """

    #: Of the outputs that are computed so: with 8, an iteration at 128 px takes 23.7 s instead of
    #: 21.1 s. 0 in clones for converters that should see convolutions only.
    largest_side = 4

    def convolution_op(self, inputs, kernel):
        if _prefers_product(self, inputs, 2 * self.largest_side):
            return strided_product(inputs, kernel)
        return super().convolution_op(inputs, kernel)


class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """keras.layers.Conv2DTranspose. Large kernels of side 4 and stride 2 on small maps: one matrix
    product, with the kernel as it is stored.
    """

    #: Of the inputs; as `Conv2D.largest_side`.
    largest_side = 8

    def call(self, inputs):
        if not _prefers_product(self, inputs, self.largest_side):
            return super().call(inputs)
        outputs = transposed_product(inputs, tf.cast(self.kernel, inputs.dtype))
        if self.use_bias:
            outputs = tf.nn.bias_add(outputs, tf.cast(self.bias, inputs.dtype))
        return self.activation(outputs)


def _prefers_product(layer, inputs, largest):
    sides = inputs.shape[1:3]
    return (
        (tuple(layer.kernel_size), tuple(layer.strides), layer.padding) == ((4, 4), (2, 2), "same")
        and None not in sides
        and max(sides) <= largest
        and 16 * inputs.shape[-1] * layer.filters >= LEAST_WEIGHTS
        and not any(side % 2 for side in sides if isinstance(layer, Conv2D))
        # In bfloat16 the products' sums over taps would be rounded one by one.
        and inputs.dtype in (tf.float32, tf.float64)
        # Other devices have kernels of their own for these; nothing was measured there.
        and not tf.config.list_logical_devices("GPU")
        and not tf.config.list_logical_devices("TPU")
    )


def strided_product(inputs, kernel):
    """tf.nn.conv2d of stride 2, padding SAME: (B, 2n, 2m, C) and (4, 4, C, F) -> (B, n, m, F)."""
    height, width, channels = inputs.shape[1:]
    rows, columns = height // 2, width // 2
    padded = tf.pad(inputs, [[0, 0], [1, 1], [1, 1], [0, 0]])
    # Taps 0 and 1 of output i are pair i of the padded lines, taps 2 and 3 pair i + 1.
    pairs = tf.reshape(padded, [-1, rows + 1, 2, width + 2, channels])
    taps = tf.concat([pairs[:, :-1], pairs[:, 1:]], axis=2)
    pairs = tf.reshape(taps, [-1, rows, 4, columns + 1, 2, channels])
    taps = tf.concat([pairs[:, :, :, :-1], pairs[:, :, :, 1:]], axis=4)
    patches = tf.transpose(taps, [0, 1, 3, 2, 4, 5])
    outputs = tf.matmul(
        tf.reshape(patches, [-1, 16 * channels]), tf.reshape(kernel, [16 * channels, -1])
    )
    return tf.reshape(outputs, [-1, rows, columns, kernel.shape[3]])


def transposed_product(inputs, kernel):
    """tf.nn.conv2d_transpose of stride 2, padding SAME: (B, n, m, C) and (4, 4, F, C) ->
    (B, 2n, 2m, F).
    """
    rows, columns, channels = inputs.shape[1:]
    filters = kernel.shape[2]
    taps = tf.matmul(
        tf.reshape(inputs, [-1, channels]),
        tf.reshape(kernel, [16 * filters, channels]),
        transpose_b=True,
    )
    taps = tf.reshape(taps, [-1, rows, columns, 4, 4, filters])
    taps = _overlap(taps, axis=1)
    taps = tf.reshape(taps, [-1, 2 * rows, columns, 4, filters])
    outputs = _overlap(taps, axis=2)
    return tf.reshape(outputs, [-1, 2 * rows, 2 * columns, filters])


def _overlap(taps, axis):
    """Sums the taps (axis 3) that land on the same line: taps 0 to 3 of line i along `axis` land on
    lines 2i - 1 to 2i + 2. The two lines that line i becomes are a new axis after `axis`.
    """
    above, even, odd, below = tf.unstack(taps, axis=3)
    return tf.stack([even + _moved(below, axis, 1), odd + _moved(above, axis, -1)], axis=axis + 1)


def _moved(values, axis, by):
    """`values` shifted by one line along an axis, with zeros at the end that becomes free."""
    parts = [slice(None)] * values.shape.rank
    parts[axis] = slice(None, -1) if by > 0 else slice(1, None)
    paddings = [[0, 0]] * values.shape.rank
    paddings[axis] = [1, 0] if by > 0 else [0, 1]
    return tf.pad(values[tuple(parts)], paddings)
