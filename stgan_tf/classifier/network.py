"""The attribute classifier that measures edits: the official att_classification network."""

import keras
import tensorflow as tf

from stgan_tf.layers.batch_normalization import BatchNormalization

WIDTH_FACTORS = (1, 2, 4, 8, 16)  # channels of the five pairs, in units of `width` (official)
L2_WEIGHT = 1e-4  # official weight decay: L2_WEIGHT * sum(w^2) / 2 over all kernels
BN_MOMENTUM = 0.9
BN_EPSILON = 1e-5
MINIMUM_IMAGE_SIZE = 2 ** len(WIDTH_FACTORS)  # one 2x2 pool after each pair


@keras.saving.register_keras_serializable(package="stgan_tf")
class AttributeClassifier(keras.Model):
    """Five pairs of 3x3 convolutions, each followed by 2x2 max pooling, then two dense layers.

    The network of att_classification in csmliu/STGAN, which produced the paper's attribute
    generation accuracy. The convolutions have no bias; each is followed by batch normalisation and
    ReLU.

    Args:
        num_attributes: A, the number of logits.
        image_size: Side of the square input in pixels, at least 32 (official 128).
        width: Channels of the first pair; the pairs have width * (1, 2, 4, 8, 16) (official 16).
        hidden_units: Units of the hidden dense layer (official 512).

    Call arguments:
        inputs: Images (B, image_size, image_size, 3), float32 in [-1, 1].
        training: Whether to use batch statistics and update the moving averages.

    Returns logits (B, A), float32; an attribute is predicted if its logit is positive. Raises
    ValueError for sizes below these limits.
    """

    def __init__(
        self, num_attributes, image_size=128, width=16, hidden_units=512, dtype=None, **kwargs
    ):
        super().__init__(dtype=dtype or "float32", **kwargs)
        for name, value, least in (
            ("num_attributes", num_attributes, 1),
            ("image_size", image_size, MINIMUM_IMAGE_SIZE),
            ("width", width, 1),
            ("hidden_units", hidden_units, 1),
        ):
            if value < least:
                raise ValueError(f"`{name}` must be at least {least}. Received: {name}={value!r}.")
        self.num_attributes = num_attributes
        self.image_size = image_size
        self.width = width
        self.hidden_units = hidden_units
        dtype = {"dtype": self.dtype_policy}
        self.convolutions = []
        self.normalizations = []
        for factor in WIDTH_FACTORS:
            for _ in range(2):
                index = len(self.convolutions)
                self.convolutions.append(
                    keras.layers.Conv2D(
                        width * factor,
                        3,
                        padding="same",
                        data_format="channels_last",
                        use_bias=False,
                        name=f"conv_{index}",
                        **dtype,
                    )
                )
                self.normalizations.append(
                    BatchNormalization(BN_MOMENTUM, BN_EPSILON, name=f"norm_{index}", **dtype)
                )
        self.hidden = keras.layers.Dense(hidden_units, activation="relu", name="hidden", **dtype)
        self.logits = keras.layers.Dense(num_attributes, name="logits", **dtype)
        self.build((None, image_size, image_size, 3))

    def build(self, input_shape):
        channels, size = input_shape[-1], self.image_size
        for convolution, normalization in zip(self.convolutions, self.normalizations, strict=True):
            convolution.build((None, None, None, channels))
            channels = convolution.filters
            normalization.build((None, None, None, channels))
        size //= MINIMUM_IMAGE_SIZE
        self.hidden.build((None, size * size * channels))
        self.logits.build((None, self.hidden_units))
        self.built = True

    def call(self, inputs, training=False):
        x = inputs
        for index, convolution in enumerate(self.convolutions):
            x = tf.nn.relu(self.normalizations[index](convolution(x), training=training))
            if index % 2:
                x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        # Row, column, channel order; the static length tells Dense its input width.
        x = tf.reshape(x, (-1, self.hidden.kernel.shape[0]))
        return self.logits(self.hidden(x))

    def regularization_loss(self):
        """Scalar: 1e-4 * sum(w^2) / 2 over the kernels; biases and normalisation are excluded, as
        in slim.
        """
        layers = [*self.convolutions, self.hidden, self.logits]
        return L2_WEIGHT * tf.add_n([tf.nn.l2_loss(layer.kernel) for layer in layers])

    def get_config(self):
        return {
            **super().get_config(),
            "num_attributes": self.num_attributes,
            "image_size": self.image_size,
            "width": self.width,
            "hidden_units": self.hidden_units,
        }
