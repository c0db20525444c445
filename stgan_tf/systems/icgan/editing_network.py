"""IcGAN's generator and encoders as one editing network."""

import keras
import tensorflow as tf

from stgan_tf.systems.icgan.encoders import IcGANEncoder
from stgan_tf.systems.icgan.generator import IcGANGenerator


@keras.saving.register_keras_serializable(package="stgan_tf")
class IcGANEditor(keras.Model):
    """The paper's edit: encode to z and y, change y, decode.

    `encode` gives z = Ez(x) and y = Ey(x), each attribute as -1 or 1 (official threshold 0). A
    label d is the difference of that attribute, target - source times the intensity, and moves y
    from what Ey sees towards what is asked for: y + |d| * (sign(d) - y) = (1 - |d|) * y + d.
    0 leaves Ey's answer, which is the reconstruction; 1 or -1 sets the attribute, as the paper
    does; in between y is interpolated, and beyond extrapolated. Where Ey agrees with the source
    that the caller thinks of, this is y + 2 * d; what Ey sees there already stays as it is, so the
    source attributes are not needed.

    Args:
        image_size: Side of the images, a power of two and at least 16.
        num_attributes: A.
        latent_size: Numbers in z (official 100).
        generator_width, encoder_width: Official ngf 64 and nf 32.
        latent_encoder_units, attribute_encoder_units: Of `IcGANEncoder` (official 0 and 512).
        synchronized: Batch normalisation over all replicas.

    Call arguments:
        inputs: [images (B, H, W, 3) float32 in [-1, 1], labels (B, A) float32].
        training: Of batch normalisation.

    Returns: images (B, H, W, 3) float32 in [-1, 1].
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
        """(z (B, latent_size), y (B, A), each -1 or 1)."""
        latents = self.latent_encoder(images, training=training)
        seen = self.attribute_encoder(images, training=training)
        return latents, tf.where(seen > 0, tf.ones_like(seen), -tf.ones_like(seen))

    def decode(self, encoded, labels, training=False):
        """Images from `encode`'s result and labels (B, A)."""
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
