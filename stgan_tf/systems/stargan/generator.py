"""StarGAN's generator (Choi et al., CVPR 2018; official model.py)."""

import keras
import tensorflow as tf

from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.layers.conv_blocks import ConvBlock

#: PyTorch's default, which the official code uses.
INSTANCE_NORM_EPSILON = 1e-5


@keras.saving.register_keras_serializable(package="stgan_tf")
class ResidualBlock(keras.layers.Layer):
    """x + norm(conv(relu(norm(conv(x))))): 3x3 convolutions without bias, instance normalisation.

    Args:
        filters: Channels of input and output.

    Call arguments:
        inputs: (B, H, W, filters).
    """

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.first = _block(filters, 3, 1, "relu", "first", self.dtype_policy)
        self.second = _block(filters, 3, 1, "linear", "second", self.dtype_policy)

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build(input_shape)
        self.built = True

    def call(self, inputs):
        return inputs + self.second(self.first(inputs))

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}


@keras.saving.register_keras_serializable(package="stgan_tf")
class StarGANGenerator(keras.Model):
    """Two strided convolutions, residual blocks, two transposed convolutions; no skip connections.

    The label, with every target attribute as 0 or 1, is concatenated to the image once. Image sides
    must be divisible by 4.

    Args:
        width: Channels of the first convolution (official conv_dim 64).
        residual_blocks: Number of residual blocks (official 6).

    Call arguments:
        inputs: [images (B, H, W, 3) float32 in [-1, 1], labels (B, A) float32].
        training: Ignored: instance normalisation has no training mode.

    Returns: images (B, H, W, 3) float32 in [-1, 1].

    Raises: ValueError for images whose sides are not divisible by 4.
    """

    def __init__(self, width=64, residual_blocks=6, dtype=None, **kwargs):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.width = width
        self.residual_blocks = residual_blocks
        policy = self.dtype_policy
        self.injection = AttributeInjection(dtype=policy, name="injection")
        self.blocks = [
            _block(width, 7, 1, "relu", "from_image", policy),
            _block(2 * width, 4, 2, "relu", "down_0", policy),
            _block(4 * width, 4, 2, "relu", "down_1", policy),
            *(
                ResidualBlock(4 * width, dtype=policy, name=f"residual_{i}")
                for i in range(residual_blocks)
            ),
            _block(2 * width, 4, 2, "relu", "up_0", policy, transposed=True),
            _block(width, 4, 2, "relu", "up_1", policy, transposed=True),
        ]
        self.to_image = keras.layers.Conv2D(
            3,
            7,
            padding="same",
            data_format="channels_last",
            use_bias=False,
            activation="tanh",
            dtype=policy,
            name="to_image",
        )

    def build(self, input_shape):
        image_shape, label_shape = (tuple(shape) for shape in input_shape)
        for side in image_shape[1:3]:
            if side is not None and side % 4:
                raise ValueError(
                    f"Image sides must be divisible by 4. Received: image shape {image_shape}."
                )
        self.injection.build([image_shape, label_shape])
        shape = self.injection.compute_output_shape([image_shape, label_shape])
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)
        self.to_image.build(shape)
        self.built = True

    def encode(self, images, training=False):
        """Returns the images (B, H, W, 3) as they are.

        StarGAN concatenates the label before the first layer, so edits share no computation.
        """
        return images

    def decode(self, encoded, labels, training=False):
        """The edited images (B, H, W, 3), from the result of `encode` and labels (B, A)."""
        current = self.injection([tf.cast(encoded, self.compute_dtype), labels])
        for block in self.blocks:
            current = block(current)
        return tf.cast(self.to_image(current), self.variable_dtype)

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


def _block(filters, kernel_size, strides, activation, name, policy, transposed=False):
    return ConvBlock(
        filters,
        kernel_size,
        strides,
        transposed,
        norm="instance",
        activation=activation,
        norm_epsilon=INSTANCE_NORM_EPSILON,
        dtype=policy,
        name=name,
    )
