"""The unit of the paper's ablation STGAN-conv: a convolution instead of selective transfer.

Our re-derivation from a one-line description (a convolution of encoder feature and difference
vector, in place of the unit, modifies the feature); no code was released. A single layer, the tiled
vector after the feature's channels, no state between units, and leaky ReLU are our choices.
"""

import keras

from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.systems.stgan.split_convolution import feature_term, joined_outputs


@keras.saving.register_keras_serializable(package="stgan_tf")
class ConvolutionalUnit(keras.layers.Layer):
    """leaky_relu(norm(conv([f, tiled label]))), which replaces the encoder feature f.

    The activation is that of the encoder, so that the decoder receives features of the same kind;
    the tanh of the selective transfer unit's candidate would bound them. No state is passed between
    units. The tiled label is zero-padded like the feature.

    Args:
        filters: Channels of the output.
        kernel_size: Side of the kernel.
        norm: "none", "batch" or "instance".
        batch_norm: Arguments of BatchNormalization (momentum, synchronized) as a dict.

    Call arguments:
        inputs: [f (B, H, W, C), label (B, A)], or [f] for a unit without label.
        training: Passed to batch normalisation.
        feature_terms: The result of `feature_terms` for f, if several calls share f.

    Returns: (B, H, W, filters).
    """

    def __init__(self, filters, kernel_size=3, norm="none", batch_norm=None, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.norm = norm
        self.batch_norm = batch_norm
        self.injection = AttributeInjection(dtype=self.dtype_policy, name="injection")
        self.block = ConvBlock(
            filters,
            kernel_size,
            strides=1,
            norm=norm,
            activation="leaky_relu",
            batch_norm=batch_norm,
            dtype=self.dtype_policy,
            name="block",
        )

    def build(self, input_shape):
        feature_shape = tuple(input_shape[0])
        channels = sum(shape[-1] for shape in input_shape)
        self.block.build((*feature_shape[:-1], channels))
        self.built = True

    def feature_terms(self, feature):
        """The feature's contribution to the convolution (B, H, W, filters), shared by all edits.

        The label's contribution is not the same for all pixels: near the borders the kernel covers
        fewer of the tiled label's pixels.
        """
        return feature_term(self.block, feature)

    def call(self, inputs, training=False, feature_terms=None):
        feature, *labels = inputs
        tiled = self.injection.spread(labels[0], feature) if labels else None
        return joined_outputs(self.block, feature, tiled, feature_terms, training)

    def compute_output_shape(self, input_shape):
        return (*input_shape[0][:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "norm": self.norm,
            "batch_norm": self.batch_norm,
        }
