"""The discriminator: a critic and an attribute head on shared convolutions (official D)."""

import keras
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ACTIVATIONS, ConvBlock
from stgan_tf.layers.exact_dtype import exact_dtype
from stgan_tf.systems.stgan.settings import STGANSettings


@keras.saving.register_keras_serializable(package="stgan_tf")
class Discriminator(keras.Model):
    """Strided convolutions with instance normalisation, and two small heads (paper section 3.3).

    Args:
        num_attributes: A, outputs of the attribute head.
        num_layers: Convolutions, each with kernel 4 and stride 2.
        width: Channels of the first convolution, doubled in each layer up to max_channels.
        max_channels: Maximum number of channels (1024 in the paper).
        fc_units: Units in the hidden layer of each head.
        dtype: Keras dtype or policy; None: float32, whatever Keras' default is. Under
            "mixed_bfloat16" the convolutions compute in bfloat16, except in `exact_critic`; the
            heads remain float32.

    Call arguments:
        inputs: Images (B, H, W, 3) float32 in [-1, 1].

    Returns: (critic logits (B, 1), attribute logits (B, A)), float32.
    """

    def __init__(
        self,
        num_attributes,
        num_layers=5,
        width=64,
        max_channels=1024,
        fc_units=1024,
        dtype=None,
        **kwargs,
    ):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.num_attributes = num_attributes
        self.num_layers = num_layers
        self.width = width
        self.max_channels = max_channels
        self.fc_units = fc_units
        self.blocks = [
            ConvBlock(
                min(width * 2**i, max_channels),
                norm="instance",
                dtype=self.dtype_policy,
                name=f"block_{i}",
            )
            for i in range(num_layers)
        ]
        self.flatten = keras.layers.Flatten(
            "channels_last", dtype=exact_dtype(self), name="flatten"
        )
        self.critic_hidden = self._dense(fc_units, "critic_hidden")
        self.critic_logit = self._dense(1, "critic_logit")
        self.attribute_hidden = self._dense(fc_units, "attribute_hidden")
        self.attribute_logit = self._dense(num_attributes, "attribute_logit")

    def _dense(self, units, name):
        return keras.layers.Dense(units, dtype=exact_dtype(self), name=name)

    @classmethod
    def from_settings(cls, settings: STGANSettings, num_attributes, dtype=None):
        """Makes the discriminator that a run's settings describe, for A = num_attributes."""
        return cls(
            num_attributes,
            settings.discriminator_layers,
            settings.discriminator_width,
            settings.max_channels,
            settings.discriminator_fc_units,
            dtype=dtype,
            name="discriminator",
        )

    def build(self, input_shape):
        shape = tuple(input_shape)
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)
        self.flatten.build(shape)
        flat = self.flatten.compute_output_shape(shape)
        self.critic_hidden.build(flat)
        self.attribute_hidden.build(flat)
        self.critic_logit.build((shape[0], self.fc_units))
        self.attribute_logit.build((shape[0], self.fc_units))
        self.built = True

    def features(self, images):
        """The flattened features (B, F), float32, that both heads share, of images (B, H, W, 3)."""
        current = tf.cast(images, self.compute_dtype)
        for block in self.blocks:
            current = block(current)
        return self.flatten(current)

    def critic(self, features):
        """Critic logits (B, 1) of `features`."""
        return self.critic_logit(ACTIVATIONS["leaky_relu"](self.critic_hidden(features)))

    def exact_critic(self, images):
        """Critic logits (B, 1) of images (B, H, W, 3), in float32 under a bfloat16 policy too: for
        the gradient penalty, which differentiates them twice.
        """
        current = tf.cast(images, exact_dtype(self))
        for block in self.blocks:
            current = block.exactly(current)
        return self.critic(self.flatten(current))

    def attributes(self, features):
        """Attribute logits (B, A) of `features`."""
        return self.attribute_logit(ACTIVATIONS["leaky_relu"](self.attribute_hidden(features)))

    def call(self, inputs):
        features = self.features(inputs)
        return self.critic(features), self.attributes(features)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 1), (input_shape[0], self.num_attributes)

    def get_config(self):
        return {
            **super().get_config(),
            "num_attributes": self.num_attributes,
            "num_layers": self.num_layers,
            "width": self.width,
            "max_channels": self.max_channels,
            "fc_units": self.fc_units,
        }
