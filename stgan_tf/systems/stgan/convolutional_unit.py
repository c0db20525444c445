"""The unit of the paper's ablation STGAN-conv: a convolution, no selective transfer.

Our re-derivation from a description of one line (instead of the unit a convolution takes encoder
feature and difference vector and modifies the feature); no code was released. One layer, the tiled
vector after the feature's channels, no state between units and leaky ReLU are our choice.
"""

import keras

from stgan_tf.layers.attribute_injection import spread
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.systems.stgan.split_convolution import feature_term, joined_outputs


@keras.saving.register_keras_serializable(package="stgan_tf")
class ConvolutionalUnit(keras.layers.Layer):
    """leaky_relu(norm(conv([f, tiled label]))), which replaces the encoder feature f.

    The encoder's own activation, so that the decoder is given a feature of the same kind: the tanh
    of the selective transfer unit's candidate would bound it, and here nothing is added to it. No
    state flows between units. Zero padding as everywhere, of the tiled label too.

    Args:
        filters: Channels of the output.
        kernel_size: Kernel of the convolution.
        norm: none, batch or instance.
        batch_norm: Arguments of BatchNormalization (momentum, synchronized) as a dict.

    Call arguments:
        inputs: [f (B, H, W, C), label (B, A)], or [f] for a unit that is not given the label.
        training: Passed to batch normalisation.
        feature_terms: `feature_terms` of f, where several calls share f.

    Returns: (B, H, W, filters).
    """

    def __init__(self, filters, kernel_size=3, norm="none", batch_norm=None, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.norm = norm
        self.batch_norm = batch_norm
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

    def feature_terms(self, feature):
        """What `feature` adds to the convolution, (B, H, W, filters): the same for every edit of an
        image. The label's part is not one vector for all pixels: near the borders fewer rows of the
        kernel meet the tiled label.
        """
        return feature_term(self.block, feature)

    def call(self, inputs, training=False, feature_terms=None):
        feature, *labels = inputs
        tiled = spread(labels[0], feature) if labels else None
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
