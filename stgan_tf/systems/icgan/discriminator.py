"""IcGAN's discriminator (Perarnau et al., 2016; official trainGAN.lua)."""

import keras
import tensorflow as tf

from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.layers.leaky_relu import leaky_relu
from stgan_tf.layers.recomputation import segment
from stgan_tf.systems.icgan.batch_normalization import near_one_norm
from stgan_tf.systems.icgan.generator import convolution_options, inner_layers

LEAKY_RELU_SLOPE = 0.2


@keras.saving.register_keras_serializable(package="stgan_tf")
class IcGANDiscriminator(keras.Model):
    """Predicts whether an image is real and has the given attributes.

    Convolutions with kernel 4, stride 2 and bias reduce the image to 4x4, and a last one covers all
    of that. After the first convolution, the only one without batch normalisation, the attributes
    are tiled over all pixels and concatenated to the features.

    Args:
        image_size: Side of the images, a power of two and at least 8.
        width: Channels of the first convolution (official ndf 64), doubled in each layer.
        synchronized: Whether batch normalisation uses statistics over all replicas.

    Call arguments:
        inputs: [images (B, H, W, 3) float32 in [-1, 1], attributes (B, A) float32, -1 or 1].
        training: Passed to batch normalisation.

    Returns: logits (B,) float32.

    Raises: ValueError for images of another size.
    """

    def __init__(self, image_size=64, width=64, synchronized=False, dtype=None, **kwargs):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.image_size = image_size
        self.width = width
        self.synchronized = synchronized
        policy = self.dtype_policy
        self.convolutions = [
            keras.layers.Conv2D(
                width << i, 4, 2, "same", name=f"convolution_{i}", **convolution_options(policy)
            )
            for i in range(inner_layers(image_size) + 1)
        ]
        self.injection = AttributeInjection(dtype=policy, name="injection")
        self.norms = [
            near_one_norm(synchronized, f"norm_{i}") for i in range(1, len(self.convolutions))
        ]
        self.logit = keras.layers.Conv2D(
            1, 4, 1, "valid", name="logit", **convolution_options(policy)
        )

    def build(self, input_shape):
        shape, attribute_shape = (tuple(part) for part in input_shape)
        if shape[1:3] != (self.image_size, self.image_size):
            raise ValueError(
                f"Image sides must be image_size = {self.image_size}. "
                f"Received: image shape {shape}."
            )
        for i, convolution in enumerate(self.convolutions):
            convolution.build(shape)
            shape = convolution.compute_output_shape(shape)
            if i:
                self.norms[i - 1].build(shape)
            else:
                shape = self.injection.compute_output_shape([shape, attribute_shape])
        self.logit.build(shape)
        self.built = True

    def call(self, inputs, training=False):
        images, attributes = inputs
        first, *others = self.convolutions
        features = leaky_relu(first(tf.cast(images, self.compute_dtype)), LEAKY_RELU_SLOPE)
        current = self.injection([features, attributes])
        for convolution, norm in zip(others, self.norms, strict=True):
            current = segment(
                lambda values, convolution=convolution, norm=norm: leaky_relu(
                    norm(convolution(values), training=training), LEAKY_RELU_SLOPE
                ),
                current,
            )
        return tf.cast(self.logit(current)[:, 0, 0, 0], self.variable_dtype)

    def compute_output_shape(self, input_shape):
        return (input_shape[0][0],)

    def get_config(self):
        return {
            **super().get_config(),
            "image_size": self.image_size,
            "width": self.width,
            "synchronized": self.synchronized,
        }
