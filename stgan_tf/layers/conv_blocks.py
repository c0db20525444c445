"""Convolution -> normalisation -> activation, the block that all networks are built from."""

import keras
import tensorflow as tf

from stgan_tf.layers.batch_normalization import BatchNormalization
from stgan_tf.layers.convolutions import Conv2D, Conv2DTranspose
from stgan_tf.layers.exact_dtype import exact_dtype
from stgan_tf.layers.instance_normalization import instance_normalization
from stgan_tf.layers.leaky_relu import leaky_relu
from stgan_tf.layers.recomputation import segment

LEAKY_RELU_SLOPE = 0.2  # tf.nn.leaky_relu's default, used throughout the official code

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": tf.nn.relu,
    "leaky_relu": lambda x: leaky_relu(x, LEAKY_RELU_SLOPE),
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
}


def make_normalization(norm, batch_norm, epsilon=None, name="normalization", dtype="float32"):
    """Makes a normalisation layer.

    Args:
        norm: "batch", "instance" or "none".
        batch_norm: Arguments of BatchNormalization, as a dict or None.
        epsilon: Epsilon of the normalisation; None: that of the official STGAN.
        name: Name of the layer.
        dtype: "float32" or "float64", independent of Keras' default.

    Returns:
        The layer; None for "none".

    Raises:
        ValueError: `norm` is unknown.
    """
    options = {"dtype": dtype} | ({} if epsilon is None else {"epsilon": epsilon})
    if norm == "batch":
        return BatchNormalization(**(batch_norm or {}), **options, name=name)
    if norm == "instance":
        return instance_normalization(**options, name=name)
    if norm == "none":
        return None
    raise ValueError(f"`norm` must be none, batch or instance. Received: norm={norm!r}.")


@keras.saving.register_keras_serializable(package="stgan_tf")
class ConvBlock(keras.layers.Layer):
    """Convolution (or transposed convolution) with SAME padding, normalisation and activation.

    By default there is a bias only without normalisation, as in the official code (slim's rule).

    Args:
        filters: Output channels.
        kernel_size: Side of the kernel.
        strides: Stride. A transposed block multiplies height and width by it; others divide them.
        transposed: Whether it is a transposed convolution.
        norm: "none", "batch" or "instance".
        activation: "linear", "relu", "leaky_relu" (slope 0.2), "sigmoid" or "tanh".
        batch_norm: Arguments of BatchNormalization (momentum, synchronized) as a dict.
        norm_epsilon: Epsilon of the normalisation; None: that of the official STGAN.
        use_bias: Whether there is a bias; None: the default above.

    Call arguments:
        inputs: (B, H, W, C) in the layer's compute dtype. The output is (B, H', W', filters).
        training: Passed to batch normalisation.

    Raises:
        ValueError: `norm` or `activation` is unknown.
    """

    def __init__(
        self,
        filters,
        kernel_size=4,
        strides=2,
        transposed=False,
        norm="batch",
        activation="leaky_relu",
        batch_norm=None,
        norm_epsilon=None,
        use_bias=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"`activation` must be one of {', '.join(ACTIVATIONS)}. Received: {activation!r}."
            )
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.transposed = transposed
        self.norm = norm
        self.activation = activation
        #: In copies for export: a function of the inputs that computes the block in inference.
        self.replacement = None
        self.batch_norm = batch_norm
        self.norm_epsilon = norm_epsilon
        self.use_bias = use_bias
        make = Conv2DTranspose if transposed else Conv2D
        self.convolution = make(
            filters,
            kernel_size,
            strides,
            padding="same",
            # Set explicitly: the user's keras.json may say otherwise.
            data_format="channels_last",
            use_bias=norm == "none" if use_bias is None else use_bias,
            dtype=self.dtype_policy,
            name="convolution",
        )
        self.normalization = make_normalization(
            norm, batch_norm, norm_epsilon, dtype=exact_dtype(self)
        )

    def build(self, input_shape):
        self.convolution.build(input_shape)
        if self.normalization is not None:
            self.normalization.build(self.convolution.compute_output_shape(input_shape))
        self.built = True

    def call(self, inputs, training=False):
        if self.replacement is not None:
            return self.replacement(inputs)
        return segment(lambda values: self.finish(self.convolution(values), training), inputs)

    def exactly(self, inputs):
        """The outputs of a block that is not transposed, in inference, computed in the dtype of its
        inputs (float32 or float64), whatever its policy is.
        """
        if self.compute_dtype == inputs.dtype:
            return self(inputs)
        outputs = self.convolution.convolution_op(inputs, self.convolution.kernel)
        return self.finish(self.with_bias(outputs))

    def with_bias(self, outputs):
        """The convolution's outputs (B, H', W', filters) plus its bias, if it has one."""
        if not self.convolution.use_bias:
            return outputs
        return outputs + tf.cast(self.convolution.bias, outputs.dtype)

    def finish(self, outputs, training=False):
        """Normalises and activates the convolution's outputs (B, H', W', filters)."""
        if isinstance(self.normalization, BatchNormalization):
            fused = self.activation != "tanh"
            outputs = self.normalization(outputs, training=training, fused=fused)
        elif self.normalization is not None:
            outputs = self.normalization(outputs)
        return ACTIVATIONS[self.activation](outputs)

    def compute_output_shape(self, input_shape):
        return self.convolution.compute_output_shape(input_shape)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "transposed": self.transposed,
            "norm": self.norm,
            "activation": self.activation,
            "batch_norm": self.batch_norm,
            "norm_epsilon": self.norm_epsilon,
            "use_bias": self.use_bias,
        }
