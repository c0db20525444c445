"""The generator's encoder (paper figure 2, official Genc)."""

import keras
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ConvBlock


@keras.saving.register_keras_serializable(package="stgan_tf")
class Encoder(keras.layers.Layer):
    """Strided convolutions with batch normalisation and leaky ReLU.

    Args:
        num_layers: Convolutions, each with kernel 4 and stride 2.
        width: Channels of the first convolution, doubled in each layer up to max_channels.
        max_channels: Maximum number of channels (1024 in the paper).
        multi_inputs: Layers 1 .. multi_inputs - 1 also receive the image subsampled to their size
            (the official resize at integer factors is exactly x[:, ::2^i, ::2^i]).
        batch_norm: Arguments of BatchNormalization (momentum, synchronized) as a dict.

    Call arguments:
        inputs: Images (B, H, W, 3) in [-1, 1]; H and W divisible by 2^num_layers.
        training: Passed to batch normalisation.

    Returns: list of num_layers features, shallowest first, (B, H/2^(i+1), W/2^(i+1), C_i).
    """

    def __init__(
        self,
        num_layers=5,
        width=64,
        max_channels=1024,
        multi_inputs=1,
        batch_norm=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_layers = num_layers
        self.width = width
        self.max_channels = max_channels
        self.multi_inputs = multi_inputs
        self.batch_norm = batch_norm
        self.blocks = [
            ConvBlock(
                min(width * 2**i, max_channels),
                batch_norm=batch_norm,
                dtype=self.dtype_policy,
                name=f"block_{i}",
            )
            for i in range(num_layers)
        ]

    def build(self, input_shape):
        shape = tuple(input_shape)
        for i, block in enumerate(self.blocks):
            if 0 < i < self.multi_inputs:
                shape = (*shape[:-1], shape[-1] + input_shape[-1])
            block.build(shape)
            shape = block.compute_output_shape(shape)
        self.built = True

    def call(self, inputs, training=False):
        images = tf.cast(inputs, self.compute_dtype)
        features, current = [], images
        for i, block in enumerate(self.blocks):
            if 0 < i < self.multi_inputs:
                current = tf.concat([current, images[:, :: 2**i, :: 2**i]], axis=-1)
            current = block(current, training=training)
            features.append(current)
        return features

    def compute_output_shape(self, input_shape):
        shape, shapes = tuple(input_shape), []
        for block in self.blocks:
            shape = block.compute_output_shape(shape)
            shapes.append(shape)
        return shapes

    def get_config(self):
        return {
            **super().get_config(),
            "num_layers": self.num_layers,
            "width": self.width,
            "max_channels": self.max_channels,
            "multi_inputs": self.multi_inputs,
            "batch_norm": self.batch_norm,
        }
