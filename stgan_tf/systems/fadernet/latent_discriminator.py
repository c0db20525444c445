"""FaderNet's latent discriminator (Lample et al., NIPS 2017; official LatentDiscriminator).

Its classifier is the same network for images (official Classifier).
"""

import keras
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.layers.leaky_relu import leaky_relu
from stgan_tf.systems.fadernet.auto_encoder import NORM_EPSILON, NORM_MOMENTUM

_SLOPE = 0.2


@keras.saving.register_keras_serializable(package="stgan_tf")
class LatentDiscriminator(keras.Model):
    """Continues the encoder down to one pixel; two dense layers classify the attributes.

    Args:
        num_logits: C, the number of columns of all categories.
        depth: Number of encoder layers before it; 0: it is the classifier, which takes images.
        width, max_channels: Those of the encoder, whose channels it continues.
        hidden_units: Units of the first dense layer (official hid_dim).
        synchronized: Whether batch normalisation uses statistics over all replicas.

    Call arguments:
        inputs: Latents or images (B, h, w, channels); h = w is a power of 2.
        training: Whether to use batch statistics and update the moving averages.
        keep: Dropout factors for the outputs of the blocks; empty: no dropout.

    Returns: logits (B, C); for a single attribute they are [absent, present].

    Raises: ValueError for inputs that are not square or whose side is not a power of 2.
    """

    def __init__(
        self,
        num_logits,
        depth=6,
        width=32,
        max_channels=512,
        hidden_units=512,
        synchronized=False,
        dtype=None,
        **kwargs,
    ):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.num_logits = num_logits
        self.depth = depth
        self.width = width
        self.max_channels = max_channels
        self.hidden_units = hidden_units
        self.synchronized = synchronized
        self.blocks = []
        self.hidden = keras.layers.Dense(hidden_units, dtype=self.dtype_policy, name="hidden")
        self.logits = keras.layers.Dense(num_logits, dtype=self.dtype_policy, name="logits")

    def build(self, input_shape):
        shape = tuple(input_shape)
        side = shape[1]
        if side != shape[2] or side & (side - 1):
            raise ValueError(
                f"Inputs must be square, with a power of 2 as side. Received: shape {shape}."
            )
        self.blocks = [
            ConvBlock(
                min(self.width << (self.depth + i), self.max_channels),
                norm="batch" if self.depth + i else "none",
                batch_norm={"momentum": NORM_MOMENTUM, "synchronized": self.synchronized},
                norm_epsilon=NORM_EPSILON,
                use_bias=True,
                dtype=self.dtype_policy,
                name=f"block_{i}",
            )
            for i in range(side.bit_length() - 1)
        ]
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)
        self.hidden.build((shape[0], shape[-1]))
        self.logits.build((shape[0], self.hidden_units))
        self.built = True

    def keep_shapes(self, input_shape):
        """The shapes of `keep` for latents of the given shape."""
        shape, shapes = tuple(input_shape), []
        for block in self.blocks:
            shape = block.compute_output_shape(shape)
            shapes.append(shape)
        return shapes

    def call(self, inputs, training=False, keep=()):
        current = inputs
        for i, block in enumerate(self.blocks):
            current = block(current, training=training)
            if i < len(keep):
                current *= keep[i]
        current = leaky_relu(self.hidden(current[:, 0, 0]), _SLOPE)
        return tf.cast(self.logits(current), self.variable_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape[0], self.num_logits

    def get_config(self):
        return {
            **super().get_config(),
            "num_logits": self.num_logits,
            "depth": self.depth,
            "width": self.width,
            "max_channels": self.max_channels,
            "hidden_units": self.hidden_units,
            "synchronized": self.synchronized,
        }
