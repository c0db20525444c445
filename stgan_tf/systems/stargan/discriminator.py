"""StarGAN's discriminator (Choi et al., CVPR 2018; official model.py)."""

import keras

from stgan_tf.layers.leaky_relu import leaky_relu

LEAKY_RELU_SLOPE = 0.01  # official; STGAN has 0.2


@keras.saving.register_keras_serializable(package="stgan_tf")
class StarGANDiscriminator(keras.Model):
    """Strided convolutions without normalisation, a PatchGAN critic head and an attribute head.

    The attribute head is one convolution over the whole feature map. The network has the methods
    that a `CriticTrainer` needs: `features`, `critic`, `exact_critic` and `attributes`.

    Args:
        num_attributes: A, outputs of the attribute head.
        num_layers: Convolutions, each with kernel 4 and stride 2 (official repeat_num 6).
        width: Channels of the first convolution, doubled in each layer (official conv_dim 64).
        max_channels: Maximum number of channels (official: none; 2048 is reached at 128 px).

    Call arguments:
        inputs: Images (B, H, W, 3) float32 in [-1, 1], with sides divisible by 2^num_layers.

    Returns: (critic logits (B, h, w, 1), attribute logits (B, A)), float32.

    Raises: ValueError for images whose sides are not divisible.
    """

    def __init__(
        self, num_attributes, num_layers=6, width=64, max_channels=2048, dtype=None, **kwargs
    ):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.num_attributes = num_attributes
        self.num_layers = num_layers
        self.width = width
        self.max_channels = max_channels
        dtype = {"dtype": self.dtype_policy}
        options = {"padding": "same", "data_format": "channels_last", **dtype}
        self.convolutions = [
            keras.layers.Conv2D(
                min(width * 2**i, max_channels), 4, 2, name=f"convolution_{i}", **options
            )
            for i in range(num_layers)
        ]
        self.critic_logit = keras.layers.Conv2D(
            1, 3, use_bias=False, name="critic_logit", **options
        )
        # A convolution over the whole map is a dense layer on its flattened values.
        self.flatten = keras.layers.Flatten("channels_last", name="flatten", **dtype)
        self.attribute_logit = keras.layers.Dense(
            num_attributes, use_bias=False, name="attribute_logit", **dtype
        )

    def build(self, input_shape):
        shape = tuple(input_shape)
        step = 2**self.num_layers
        for side in shape[1:3]:
            if side is not None and side % step:
                raise ValueError(
                    f"Image sides must be divisible by 2^num_layers = {step}. "
                    f"Received: image shape {shape}."
                )
        for convolution in self.convolutions:
            convolution.build(shape)
            shape = convolution.compute_output_shape(shape)
        self.critic_logit.build(shape)
        self.flatten.build(shape)
        self.attribute_logit.build(self.flatten.compute_output_shape(shape))
        self.built = True

    def features(self, images):
        """The feature map (B, h, w, C) that both heads share."""
        current = images
        for convolution in self.convolutions:
            current = leaky_relu(convolution(current), LEAKY_RELU_SLOPE)
        return current

    def critic(self, features):
        """Critic logits (B, h, w, 1), one for each patch."""
        return self.critic_logit(features)

    def exact_critic(self, images):
        """Critic logits (B, h, w, 1) of images (B, H, W, 3), for the gradient penalty."""
        return self.critic(self.features(images))

    def attributes(self, features):
        """Attribute logits (B, A)."""
        return self.attribute_logit(self.flatten(features))

    def call(self, inputs):
        features = self.features(inputs)
        return self.critic(features), self.attributes(features)

    def compute_output_shape(self, input_shape):
        side = 2**self.num_layers
        patches = [extent and extent // side for extent in input_shape[1:3]]
        return (input_shape[0], *patches, 1), (input_shape[0], self.num_attributes)

    def get_config(self):
        return {
            **super().get_config(),
            "num_attributes": self.num_attributes,
            "num_layers": self.num_layers,
            "width": self.width,
            "max_channels": self.max_channels,
        }
