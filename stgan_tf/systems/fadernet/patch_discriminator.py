"""FaderNet's optional patch discriminator (official PatchDiscriminator)."""

import keras
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.systems.fadernet.auto_encoder import NORM_EPSILON, NORM_MOMENTUM

#: Convolutions of stride 2. Two of stride 1 follow, each of which shortens the sides by a pixel.
_HALVINGS = 3


@keras.saving.register_keras_serializable(package="stgan_tf")
class FaderNetPatchDiscriminator(keras.Model):
    """Distinguishes photos from edits by the mean of a map of per-patch probabilities.

    Args:
        width, max_channels: Channels of the first convolution, doubled in each layer up to the
            maximum; those of the auto-encoder (official init_fm and max_fm).
        synchronized: Whether batch normalisation uses statistics over all replicas.

    Call arguments:
        inputs: Images (B, H, W, 3) in [-1, 1], with sides divisible by 8 and at least 24.
        training: Whether to use batch statistics and update the moving averages.

    Returns: the probabilities (B,) in [0, 1] that the images are photos.

    Raises: ValueError for images of other sides.
    """

    def __init__(self, width=32, max_channels=512, synchronized=False, dtype=None, **kwargs):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.width = width
        self.max_channels = max_channels
        self.synchronized = synchronized

        def block(i, filters, **options):
            return ConvBlock(
                filters,
                strides=2 if i < _HALVINGS else 1,
                batch_norm={"momentum": NORM_MOMENTUM, "synchronized": synchronized},
                norm_epsilon=NORM_EPSILON,
                use_bias=True,
                dtype=self.dtype_policy,
                name=f"block_{i}",
                **options,
            )

        channels = [min(width << i, max_channels) for i in range(_HALVINGS + 1)]
        self.blocks = [
            block(i, count, norm="batch" if i else "none") for i, count in enumerate(channels)
        ]
        self.blocks.append(block(_HALVINGS + 1, 1, norm="none", activation="sigmoid"))

    def build(self, input_shape):
        shape = tuple(input_shape)
        for side in shape[1:3]:
            if side is not None and (side % 8 or side < 24):
                raise ValueError(
                    "Image sides must be at least 24 and divisible by 8. "
                    f"Received: image shape {shape}."
                )
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)
        self.built = True

    def call(self, inputs, training=False):
        current = tf.cast(inputs, self.compute_dtype)
        for block in self.blocks:
            current = block.convolution(current)
            if block.strides == 1:
                # PyTorch pads by 1 on each side here; "same" pads by one more at the end.
                current = current[:, :-1, :-1]
            current = block.finish(current, training)
        return tf.cast(tf.reduce_mean(current, axis=(1, 2, 3)), self.variable_dtype)

    def compute_output_shape(self, input_shape):
        return (input_shape[0],)

    def get_config(self):
        return {
            **super().get_config(),
            "width": self.width,
            "max_channels": self.max_channels,
            "synchronized": self.synchronized,
        }
