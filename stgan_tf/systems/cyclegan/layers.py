"""Layers with PyTorch's padding and normalisation; Keras' "same" pads strided ones differently."""

import keras
import tensorflow as tf

from stgan_tf.layers.instance_normalization import instance_normalization
from stgan_tf.layers.leaky_relu import leaky_relu

#: Standard deviation of the initial kernels (official init_gain); initial biases are 0.
INITIAL_DEVIATION = 0.02

#: PyTorch's default.
NORM_EPSILON = 1e-5


def _options() -> dict:
    # Each layer needs its own initialiser: a shared object would give all layers equal values.
    return {
        "kernel_initializer": keras.initializers.RandomNormal(0.0, INITIAL_DEVIATION),
        "data_format": "channels_last",
        "padding": "valid",
    }


@keras.saving.register_keras_serializable(package="stgan_tf")
class PaddedConv2D(keras.layers.Conv2D):
    """A convolution with `margin` rows and columns of zero padding on each side.

    Args:
        filters, kernel_size, strides: As for keras.layers.Conv2D.
        margin: PyTorch's `padding`.

    Call arguments:
        inputs: (B, H, W, C). The output is (B, H', W', filters).
    """

    def __init__(self, filters, kernel_size, strides=1, margin=0, **kwargs):
        super().__init__(filters, kernel_size, strides, **{**_options(), **kwargs})
        self.margin = margin

    def call(self, inputs):
        if self.margin:
            inputs = tf.pad(inputs, _on_sides(self.margin))
        # Not Keras' call: that of Keras 2 asks `compute_output_shape`, which would add the margin
        # to inputs that have it already.
        outputs = self.convolution_op(inputs, self.kernel)
        if self.use_bias:
            outputs = tf.nn.bias_add(outputs, self.bias)
        return self.activation(outputs)

    def compute_output_shape(self, input_shape):
        return super().compute_output_shape(_padded(input_shape, self.margin))

    def get_config(self):
        return {**super().get_config(), "margin": self.margin}


@keras.saving.register_keras_serializable(package="stgan_tf")
class DoublingConv2D(keras.layers.Conv2DTranspose):
    """PyTorch's ConvTranspose2d with kernel 3, stride 2, padding 1 and output_padding 1.

    It doubles the size. Without padding the output has one more row and column; the first of each
    is dropped.

    Args:
        filters: Output channels.

    Call arguments:
        inputs: (B, H, W, C). The output is (B, 2H, 2W, filters).
    """

    def __init__(self, filters, kernel_size=3, strides=2, **kwargs):
        super().__init__(filters, kernel_size, strides, **{**_options(), **kwargs})

    def call(self, inputs):
        # Not Keras' call either: `compute_output_shape` is that of the cropped output.
        known, sizes = inputs.shape, tf.shape(inputs)
        batch, height, width = (sizes[i] if known[i] is None else known[i] for i in range(3))
        height, width = (
            (side - 1) * stride + kernel
            for side, stride, kernel in zip(
                (height, width), self.strides, self.kernel_size, strict=True
            )
        )
        outputs = tf.nn.conv2d_transpose(
            inputs, self.kernel, [batch, height, width, self.filters], self.strides, "VALID"
        )
        if self.use_bias:
            outputs = tf.nn.bias_add(outputs, self.bias)
        return self.activation(outputs)[:, 1:, 1:]

    def compute_output_shape(self, input_shape):
        shape = super().compute_output_shape(input_shape)
        return shape[0], *(side and side - 1 for side in shape[1:3]), shape[3]


@keras.saving.register_keras_serializable(package="stgan_tf")
class ReflectionPadding2D(keras.layers.Layer):
    """Reflection padding on each side, without repeating the edge itself.

    Args:
        margin: Rows and columns per side; less than the input's sides.

    Call arguments:
        inputs: (B, H, W, C).
    """

    def __init__(self, margin, **kwargs):
        super().__init__(**kwargs)
        self.margin = margin

    def call(self, inputs):
        return tf.pad(inputs, _on_sides(self.margin), mode="REFLECT")

    def compute_output_shape(self, input_shape):
        return _padded(input_shape, self.margin)

    def get_config(self):
        return {**super().get_config(), "margin": self.margin}


@keras.saving.register_keras_serializable(package="stgan_tf")
class LeakyReLU(keras.layers.Layer):
    """`leaky_relu` as a layer.

    Args:
        slope: Slope for negative values.
    """

    def __init__(self, slope=0.2, **kwargs):
        super().__init__(**kwargs)
        self.slope = slope

    def call(self, inputs):
        return leaky_relu(inputs, self.slope)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "slope": self.slope}


def plain_norm(name: str, dtype) -> keras.layers.Layer:
    """Instance normalisation without gain and offset (PyTorch's default)."""
    return instance_normalization(NORM_EPSILON, affine=False, name=name, dtype=dtype)


def build_in_turn(layers, shape):
    """Builds a sequence of layers; returns the output shape of the last one."""
    for layer in layers:
        layer.build(shape)
        shape = layer.compute_output_shape(shape)
    return shape


def call_in_turn(layers, inputs):
    """Calls a sequence of layers; returns the output of the last one."""
    for layer in layers:
        inputs = layer(inputs)
    return inputs


def _on_sides(margin: int) -> list[list[int]]:
    return [[0, 0], [margin, margin], [margin, margin], [0, 0]]


def _padded(shape, margin: int) -> tuple:
    sides = (side and side + 2 * margin for side in shape[1:3])
    return shape[0], *sides, shape[3]
