"""IcGAN's generator and encoders as one editing network."""

import keras
import tensorflow as tf

from stgan_tf.systems.icgan.encoders import IcGANEncoder
from stgan_tf.systems.icgan.generator import IcGANGenerator


@keras.saving.register_keras_serializable(package="stgan_tf")
class IcGANEditor(keras.Model):
    """The paper's edit: encode to z and y, change y, decode.

    `encode` returns z = Ez(x) and y = Ey(x), with each attribute as -1 or 1 (official threshold 0).
    A label d is an attribute's difference, (target - source) * intensity, and moves y from Ey's
    prediction towards the requested value: y + |d| * (sign(d) - y) = (1 - |d|) * y + d. A label of
    0 keeps Ey's prediction, which gives the reconstruction; 1 or -1 sets the attribute, as in the
    paper; other values interpolate or extrapolate. If Ey agrees with the caller's source attribute,
    this is y + 2 * d. If Ey already sees the requested value, y stays as it is, so the source
    attributes are not needed.

    Args:
        image_size: Side of the images, a power of two and at least 16.
        num_attributes: A, the number of attributes.
        latent_size: Dimension of z (official 100).
        generator_width, encoder_width: See `IcGANGenerator` and `IcGANEncoder` (official ngf 64 and
            nf 32).
        latent_encoder_units, attribute_encoder_units: hidden_units of the two `IcGANEncoder`s
            (official 0 and 512).
        synchronized: Whether batch normalisation uses statistics over all replicas.

    Call arguments:
        inputs: [images (B, H, W, 3) float32 in [-1, 1], labels (B, A) float32].
        training: Passed to batch normalisation.

    Returns: images (B, H, W, 3) float32 in [-1, 1].

    Raises: ValueError for images of another size or labels of another shape.
    """

    def __init__(
        self,
        image_size=64,
        num_attributes=13,
        latent_size=100,
        generator_width=64,
        encoder_width=32,
        latent_encoder_units=0,
        attribute_encoder_units=512,
        synchronized=False,
        dtype=None,
        **kwargs,
    ):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.image_size = image_size
        self.num_attributes = num_attributes
        self.latent_size = latent_size
        self.generator_width = generator_width
        self.encoder_width = encoder_width
        self.latent_encoder_units = latent_encoder_units
        self.attribute_encoder_units = attribute_encoder_units
        self.synchronized = synchronized
        options = {"synchronized": synchronized, "dtype": self.dtype_policy}
        self.generator = IcGANGenerator(image_size, generator_width, name="generator", **options)
        self.latent_encoder = IcGANEncoder(
            image_size,
            latent_size,
            latent_encoder_units,
            encoder_width,
            name="latent_encoder",
            **options,
        )
        self.attribute_encoder = IcGANEncoder(
            image_size,
            num_attributes,
            attribute_encoder_units,
            encoder_width,
            name="attribute_encoder",
            **options,
        )

    def build(self, input_shape):
        image_shape, label_shape = (tuple(shape) for shape in input_shape)
        if label_shape[-1] != self.num_attributes:
            raise ValueError(
                f"Labels must be (B, num_attributes = {self.num_attributes}). "
                f"Received: label shape {label_shape}."
            )
        self.latent_encoder.build(image_shape)
        self.attribute_encoder.build(image_shape)
        self.generator.build([(image_shape[0], self.latent_size), label_shape])
        self.built = True

    def encode(self, images, training=False):
        """Returns (z (B, latent_size), y (B, A) with values of -1 or 1)."""
        latents = self.latent_encoder(images, training=training)
        seen = self.attribute_encoder(images, training=training)
        return latents, tf.where(seen > 0, tf.ones_like(seen), -tf.ones_like(seen))

    def decode(self, encoded, labels, training=False):
        """The edited images (B, H, W, 3), from the result of `encode` and labels (B, A)."""
        latents, seen = encoded
        attributes = (1.0 - tf.abs(labels)) * seen + labels
        return self.generator([latents, attributes], training=training)

    def call(self, inputs, training=False):
        images, labels = inputs
        return self.decode(self.encode(images, training), labels, training)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[0])

    def get_config(self):
        names = (
            "image_size",
            "num_attributes",
            "latent_size",
            "generator_width",
            "encoder_width",
            "latent_encoder_units",
            "attribute_encoder_units",
            "synchronized",
        )
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
