"""CycleGAN's two generators as one editing network."""

import keras
import tensorflow as tf

from stgan_tf.systems.cyclegan.generator import ResnetGenerator


@keras.saving.register_keras_serializable(package="stgan_tf")
class Translator(keras.Model):
    """Both directions as one editing network; the label selects the direction.

    `generator_a` (official G_A) translates from domain A, the images without the attribute, to
    domain B, those with it; `generator_b` translates back. Labels above 0.5 select generator_a, all
    others generator_b. There is nothing in between, so an intensity changes an edit only if it
    moves the label across 0.5.

    Args:
        width, residual_blocks: See `ResnetGenerator`; the same for both generators.

    Call arguments:
        inputs: [images (B, H, W, 3) float32 in [-1, 1], labels (B, 1) float32]; H and W divisible
            by 4 and at least 8.
        training: Ignored: instance normalisation has no training mode.

    Returns: images (B, H, W, 3) float32 in [-1, 1].

    Raises: ValueError for other shapes of images or labels.
    """

    def __init__(self, width=64, residual_blocks=9, dtype=None, **kwargs):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.width = width
        self.residual_blocks = residual_blocks
        options = {"dtype": self.dtype_policy}
        self.generator_a = ResnetGenerator(width, residual_blocks, name="generator_a", **options)
        self.generator_b = ResnetGenerator(width, residual_blocks, name="generator_b", **options)

    def build(self, input_shape):
        image_shape, label_shape = (tuple(shape) for shape in input_shape)
        if label_shape[-1] != 1:
            raise ValueError(
                f"Labels must be (B, 1), for one attribute. Received: label shape {label_shape}."
            )
        self.generator_a.build(image_shape)
        self.generator_b.build(image_shape)
        self.built = True

    def encode(self, images, training=False):
        """Returns the images (B, H, W, 3) as they are: the directions share no layers."""
        return images

    def decode(self, encoded, labels, training=False):
        """The edited images (B, H, W, 3), from the result of `encode` and labels (B, 1).

        Both generators run: a graph cannot know in advance which of them a batch needs.
        """
        wanted = labels[:, :, None, None] > 0.5
        return tf.where(wanted, self.generator_a(encoded), self.generator_b(encoded))

    def call(self, inputs, training=False):
        images, labels = inputs
        return self.decode(self.encode(images), labels)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[0])

    def get_config(self):
        return {
            **super().get_config(),
            "width": self.width,
            "residual_blocks": self.residual_blocks,
        }
