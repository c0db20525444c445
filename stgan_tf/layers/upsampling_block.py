"""A decoder's layer with one of three kinds of upsampling."""

import keras
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ACTIVATIONS, ConvBlock, make_normalization
from stgan_tf.layers.exact_dtype import exact_dtype


@keras.saving.register_keras_serializable(package="stgan_tf")
class UpsamplingBlock(keras.layers.Layer):
    """Upsampling by 2 with a convolution, normalisation and activation.

    Args:
        filters: Output channels.
        upsampling: "convtranspose" (kernel 4, stride 2, no bias), "upsampling" (nearest neighbour,
            then kernel 3 with bias) or "pixelshuffle" (kernel 3 with bias to four times the
            channels, which are rearranged into pixels).
        norm: "none", "batch" or "instance".
        activation: As in ConvBlock.
        batch_norm: Arguments of BatchNormalization as a dict.
        norm_epsilon: Epsilon of the normalisation.

    Call arguments:
        inputs: (B, H, W, C).
        training: Passed to batch normalisation.

    Returns: (B, 2H, 2W, filters).
    """

    def __init__(
        self,
        filters,
        upsampling="convtranspose",
        norm="batch",
        activation="relu",
        batch_norm=None,
        norm_epsilon=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = filters
        self.upsampling = upsampling
        self.norm = norm
        self.activation = activation
        self.batch_norm = batch_norm
        self.norm_epsilon = norm_epsilon
        transposed = upsampling == "convtranspose"
        shuffled = upsampling == "pixelshuffle"
        self.block = ConvBlock(
            4 * filters if shuffled else filters,
            4 if transposed else 3,
            2 if transposed else 1,
            transposed,
            norm="none" if shuffled else norm,
            activation="linear" if shuffled else activation,
            batch_norm=batch_norm,
            norm_epsilon=norm_epsilon,
            use_bias=not transposed,
            dtype=self.dtype_policy,
            name="block",
        )
        self.normalization = None
        if shuffled:
            self.normalization = make_normalization(
                norm, batch_norm, norm_epsilon, dtype=exact_dtype(self)
            )

    def build(self, input_shape):
        shape = tuple(input_shape)
        if self.upsampling == "upsampling":
            shape = _doubled(shape, shape[-1])
        self.block.build(shape)
        if self.normalization is not None:
            self.normalization.build(self.compute_output_shape(input_shape))
        self.built = True

    def call(self, inputs, training=False):
        if self.upsampling == "upsampling":
            inputs = _repeated(inputs, training)
        outputs = self.block(inputs, training=training)
        if self.upsampling != "pixelshuffle":
            return outputs
        outputs = tf.nn.depth_to_space(tf.gather(outputs, self._order(), axis=-1), 2)
        if self.norm == "batch":
            outputs = self.normalization(outputs, training=training)
        elif self.norm == "instance":
            outputs = self.normalization(outputs)
        return ACTIVATIONS[self.activation](outputs)

    def _order(self):
        """Reorders channels from PyTorch's (filter, row, column) to TensorFlow's (row, column,
        filter).
        """
        return [filter_ * 4 + pixel for pixel in range(4) for filter_ in range(self.filters)]

    def compute_output_shape(self, input_shape):
        return _doubled(input_shape, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "upsampling": self.upsampling,
            "norm": self.norm,
            "activation": self.activation,
            "batch_norm": self.batch_norm,
            "norm_epsilon": self.norm_epsilon,
        }


def _repeated(inputs, training):
    """Each pixel four times."""
    if training:  # the gradient of the operation below is not deterministic on GPUs
        return tf.repeat(tf.repeat(inputs, 2, axis=1), 2, axis=2)
    # Not of rank 5 in LiteRT, which GPU delegates refuse.
    return tf.image.resize(inputs, 2 * tf.shape(inputs)[1:3], "nearest")


def _doubled(shape, channels):
    return (shape[0], *(side and 2 * side for side in shape[1:3]), channels)
