"""IcGAN's generator (Perarnau et al., 2016; official trainGAN.lua)."""

import keras
import tensorflow as tf

from stgan_tf.layers.recomputation import segment
from stgan_tf.systems.icgan.batch_normalization import near_one_norm

#: Standard deviation of the initial kernels of both GAN networks; initial biases are 0.
INITIAL_DEVIATION = 0.02


def inner_layers(image_size: int) -> int:
    """Layers of generator and discriminator between map sides of 4 and of half the image's."""
    return image_size.bit_length() - 1 - 3


def convolution_options(dtype) -> dict:
    """Options for a convolution of generator or discriminator.

    Each convolution needs its own initialiser: a shared object would give them equal values.
    """
    return {
        "kernel_initializer": keras.initializers.RandomNormal(0.0, INITIAL_DEVIATION),
        "data_format": "channels_last",
        "dtype": dtype,
    }


@keras.saving.register_keras_serializable(package="stgan_tf")
class IcGANGenerator(keras.Model):
    """Generates images from latent vectors and attributes.

    Transposed convolutions with kernel 4 and bias go from 1x1 to 4x4 and then double the size in
    each layer, with batch normalisation and ReLU; the last one has tanh instead.

    Args:
        image_size: Side of the images, a power of two and at least 8.
        width: Channels of the last hidden layer (official ngf 64); the first layer has
            image_size / 8 times as many.
        synchronized: Whether batch normalisation uses statistics over all replicas.

    Call arguments:
        inputs: [latents (B, Z) float32, attributes (B, A) float32, -1 or 1].
        training: Passed to batch normalisation.

    Returns: images (B, H, W, 3) float32 in [-1, 1].
    """

    def __init__(self, image_size=64, width=64, synchronized=False, dtype=None, **kwargs):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.image_size = image_size
        self.width = width
        self.synchronized = synchronized

        def convolution(filters, strides, padding, name):
            options = convolution_options(self.dtype_policy)
            return keras.layers.Conv2DTranspose(filters, 4, strides, padding, name=name, **options)

        widths = [width << i for i in reversed(range(inner_layers(image_size) + 1))]
        self.convolutions = [
            convolution(filters, 2 if i else 1, "same" if i else "valid", f"convolution_{i}")
            for i, filters in enumerate(widths)
        ]
        self.norms = [near_one_norm(synchronized, f"norm_{i}") for i in range(len(widths))]
        self.to_image = convolution(3, 2, "same", "to_image")

    def build(self, input_shape):
        latent_shape, attribute_shape = input_shape
        shape = (latent_shape[0], 1, 1, latent_shape[-1] + attribute_shape[-1])
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            convolution.build(shape)
            shape = convolution.compute_output_shape(shape)
            norm.build(shape)
        self.to_image.build(shape)
        self.built = True

    def call(self, inputs, training=False):
        current = tf.cast(tf.concat(inputs, axis=-1), self.compute_dtype)[:, None, None, :]
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            current = segment(
                # A ReLU in a form that TFLite's converter does not fuse into the transposed
                # convolution, which would become version 4 of that operation; GPUs reject it.
                lambda values, convolution=convolution, norm=norm: tf.nn.leaky_relu(
                    norm(convolution(values), training=training), 0.0
                ),
                current,
            )
        return tf.cast(tf.tanh(self.to_image(current)), self.variable_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape[0][0], self.image_size, self.image_size, 3

    def get_config(self):
        return {
            **super().get_config(),
            "image_size": self.image_size,
            "width": self.width,
            "synchronized": self.synchronized,
        }
