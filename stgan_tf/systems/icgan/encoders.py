"""IcGAN's encoders (Perarnau et al., 2016; official trainEncoder.lua): one network, used twice."""

import math

import keras
import tensorflow as tf

from stgan_tf.layers.recomputation import segment
from stgan_tf.systems.icgan.batch_normalization import uniform_norm

#: Number of convolutions, each of which halves the image (official nConvLayers 4).
LAYERS = 4


def map_values(image_size: int, width: int) -> int:
    """Number of values in an encoder's last feature map for one image."""
    return (image_size >> LAYERS) ** 2 * (width << (LAYERS - 1))


def _initializers(inputs: int) -> dict:
    """Torch7's default initialisation of a layer with a fan-in of `inputs`."""
    limit = 1 / math.sqrt(inputs)
    uniform = keras.initializers.RandomUniform
    return {
        "kernel_initializer": uniform(-limit, limit),
        "bias_initializer": uniform(-limit, limit),
    }


@keras.saving.register_keras_serializable(package="stgan_tf")
class IcGANEncoder(keras.Model):
    """Encodes images as vectors.

    Four convolutions with kernel 5 and stride 2, and a hidden layer, each with batch normalisation
    and ReLU; then a linear layer. The last feature map is flattened pixel by pixel, in Torch7
    channel by channel, which only changes the order of the hidden layer's weights.

    Args:
        image_size: Side of the images, a power of two and at least 16.
        num_outputs: Size of the output vector: the dimension of z (Ez) or the number of attributes
            (Ey).
        hidden_units: Units of the hidden layer; 0: as many as the last map has values (official for
            Ez; 512 for Ey).
        width: Channels of the first convolution (official nf 32), doubled in each layer.
        synchronized: Whether batch normalisation uses statistics over all replicas.

    Call arguments:
        inputs: Images (B, H, W, 3) float32 in [-1, 1].
        training: Passed to batch normalisation.

    Returns: (B, num_outputs) float32, unbounded.

    Raises: ValueError for images of another size.
    """

    def __init__(
        self,
        image_size=64,
        num_outputs=100,
        hidden_units=0,
        width=32,
        synchronized=False,
        dtype=None,
        **kwargs,
    ):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.image_size = image_size
        self.num_outputs = num_outputs
        self.hidden_units = hidden_units
        self.width = width
        self.synchronized = synchronized
        policy = {"dtype": self.dtype_policy}

        channels = [3, *(width << i for i in range(LAYERS))]
        # Keras' "same" pads strided convolutions with an odd kernel differently.
        self.padding = keras.layers.ZeroPadding2D(2, "channels_last", name="padding", **policy)
        self.convolutions = [
            keras.layers.Conv2D(
                channels[i + 1],
                5,
                2,
                "valid",
                "channels_last",
                name=f"convolution_{i}",
                **_initializers(25 * channels[i]),
                **policy,
            )
            for i in range(LAYERS)
        ]
        self.norms = [uniform_norm(synchronized, f"norm_{i}") for i in range(LAYERS)]
        self.flatten = keras.layers.Flatten("channels_last", name="flatten", **policy)
        values = map_values(image_size, width)
        units = hidden_units or values
        self.hidden = keras.layers.Dense(units, name="hidden", **_initializers(values), **policy)
        self.hidden_norm = uniform_norm(synchronized, "hidden_norm")
        self.to_outputs = keras.layers.Dense(
            num_outputs, name="outputs", **_initializers(units), **policy
        )

    def build(self, input_shape):
        shape = tuple(input_shape)
        if shape[1:3] != (self.image_size, self.image_size):
            raise ValueError(
                f"Image sides must be image_size = {self.image_size}. "
                f"Received: image shape {shape}."
            )
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            shape = self.padding.compute_output_shape(shape)
            convolution.build(shape)
            shape = convolution.compute_output_shape(shape)
            norm.build(shape)
        shape = self.flatten.compute_output_shape(shape)
        for layer in (self.hidden, self.hidden_norm, self.to_outputs):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.built = True

    def call(self, inputs, training=False):
        current = tf.cast(inputs, self.compute_dtype)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            current = segment(
                lambda values, convolution=convolution, norm=norm: tf.nn.relu(
                    norm(convolution(self.padding(values)), training=training)
                ),
                current,
            )
        hidden = self.hidden_norm(self.hidden(self.flatten(current)), training=training)
        return tf.cast(self.to_outputs(tf.nn.relu(hidden)), self.variable_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape[0], self.num_outputs

    def get_config(self):
        return {
            **super().get_config(),
            "image_size": self.image_size,
            "num_outputs": self.num_outputs,
            "hidden_units": self.hidden_units,
            "width": self.width,
            "synchronized": self.synchronized,
        }
