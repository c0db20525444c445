"""FaderNet's auto-encoder (Lample et al., NIPS 2017; official AutoEncoder)."""

import keras
import tensorflow as tf

from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.layers.upsampling_block import UpsamplingBlock
from stgan_tf.systems.fadernet.categories import Categories

#: PyTorch's defaults: epsilon, and the share of the old moving average that is kept.
NORM_EPSILON, NORM_MOMENTUM = 1e-5, 0.9

#: Number of decoder layers with dropout, counted from the deepest.
DROPOUT_LAYERS = 3


@keras.saving.register_keras_serializable(package="stgan_tf")
class AutoEncoder(keras.Model):
    """Strided convolutions to a latent, and a decoder that receives the attributes in every layer.

    Args:
        num_layers: Layers of the encoder and of the decoder (official n_layers).
        width: Channels of the first layer (official init_fm), doubled in each layer up to
            max_channels (official max_fm).
        shortcut_layers: Number of skip connections, from the deepest but one (official n_skip).
        upsampling: As in UpsamplingBlock (official deconv_method).
        norm: "batch" or "instance"; the first and last layers have no normalisation.
        synchronized: Whether batch normalisation uses statistics over all replicas.
        groups: For each category, the positions of its attributes in the labels (`Categories`);
            None: each attribute is a category of its own.

    Call arguments:
        inputs: [images (B, H, W, 3) float32 in [-1, 1], labels (B, A) float32: 0 or 1, or beyond
            for stronger edits]. H and W are divisible by 2^num_layers.
        training: Whether to use batch statistics and update the moving averages.

    Returns: images (B, H, W, 3) float32 in [-1, 1].

    Raises: ValueError for images whose sides are not divisible.
    """

    def __init__(
        self,
        num_layers=6,
        width=32,
        max_channels=512,
        shortcut_layers=0,
        upsampling="convtranspose",
        norm="batch",
        synchronized=False,
        groups=None,
        dtype=None,
        **kwargs,
    ):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.num_layers = num_layers
        self.width = width
        self.max_channels = max_channels
        self.shortcut_layers = shortcut_layers
        self.upsampling = upsampling
        self.norm = norm
        self.synchronized = synchronized
        self.groups = None if groups is None else tuple(tuple(group) for group in groups)
        batch_norm = {"momentum": NORM_MOMENTUM, "synchronized": synchronized}
        options = {
            "batch_norm": batch_norm,
            "norm_epsilon": NORM_EPSILON,
            "dtype": self.dtype_policy,
        }
        channels = [min(width << i, max_channels) for i in range(num_layers)]
        self.encoder_blocks = [
            ConvBlock(
                count,
                norm=norm if i else "none",
                use_bias=True,
                name=f"encoder_{i}",
                **options,
            )
            for i, count in enumerate(channels)
        ]
        self.decoder_blocks = [
            UpsamplingBlock(count, upsampling, norm, name=f"decoder_{i}", **options)
            for i, count in enumerate(channels[-2::-1])
        ]
        self.decoder_blocks.append(
            UpsamplingBlock(
                3,
                upsampling,
                "none",
                "tanh",
                name=f"decoder_{num_layers - 1}",
                **options,
            )
        )
        self.injection = AttributeInjection(dtype=self.dtype_policy, name="injection")

    def build(self, input_shape):
        image_shape, label_shape = (tuple(shape) for shape in input_shape)
        step = 2**self.num_layers
        for side in image_shape[1:3]:
            if side is not None and side % step:
                raise ValueError(
                    f"Image sides must be divisible by 2^num_layers = {step}. "
                    f"Received: image shape {image_shape}."
                )
        singles = tuple((i,) for i in range(label_shape[-1]))
        self.categories = Categories(singles if self.groups is None else self.groups)
        shape, shapes = image_shape, []
        for block in self.encoder_blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)
            shapes.append(shape)
        for i, block in enumerate(self.decoder_blocks):
            channels = shape[-1] + self.categories.num_columns
            if self._has_skip(i):
                channels += shapes[-1 - i][-1]
            block.build((*shape[:-1], channels))
            shape = block.compute_output_shape(shape)
        self.built = True

    def _has_skip(self, i):
        return 0 < i <= self.shortcut_layers

    def encode(self, images, training=False):
        """The latent and the features of the skip connections, a list from the deepest."""
        current, features = tf.cast(images, self.compute_dtype), []
        for block in self.encoder_blocks:
            current = block(current, training=training)
            features.append(current)
        return features[-1 : -2 - self.shortcut_layers : -1]

    def latent(self, encoded):
        """The input of the latent discriminator: the shallowest feature that `encode` returns."""
        return encoded[-1]

    def latent_shape(self, image_shape):
        """The shape of the deepest feature for images of the given shape."""
        shape = tuple(image_shape)
        for block in self.encoder_blocks:
            shape = block.compute_output_shape(shape)
        return shape

    def dropout_shapes(self, image_shape):
        """The shapes of `keep` in `decode_columns`: those of the deepest layers' outputs."""
        shape, shapes = self.latent_shape(image_shape), []
        for block in self.decoder_blocks[:-1][:DROPOUT_LAYERS]:
            shape = block.compute_output_shape(shape)
            shapes.append(shape)
        return shapes

    def decode(self, encoded, labels, training=False):
        """The edited images (B, H, W, 3), from the result of `encode` and labels (B, A)."""
        return self.decode_columns(
            encoded, self.categories.columns(tf.cast(labels, self.variable_dtype)), training
        )

    def decode_columns(self, encoded, columns, training=False, keep=()):
        """The edited images (B, H, W, 3), from the result of `encode` and columns (B, C).

        The columns are those of `Categories`. `keep` are dropout factors for the outputs of the
        deepest layers; empty: no dropout.
        """
        columns = tf.cast(columns, self.compute_dtype)
        current = encoded[0]
        for i, block in enumerate(self.decoder_blocks):
            joined = [current, columns, *([encoded[i]] if self._has_skip(i) else [])]
            current = block(self.injection(joined), training=training)
            if i < len(keep):
                # The official code does this before the ReLU, which is the same for factors >= 0.
                current *= keep[i]
        return tf.cast(current, self.variable_dtype)

    def call(self, inputs, training=False):
        images, labels = inputs
        return self.decode(self.encode(images, training), labels, training)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[0])

    def get_config(self):
        return {
            **super().get_config(),
            "num_layers": self.num_layers,
            "width": self.width,
            "max_channels": self.max_channels,
            "shortcut_layers": self.shortcut_layers,
            "upsampling": self.upsampling,
            "norm": self.norm,
            "synchronized": self.synchronized,
            "groups": self.groups and [list(group) for group in self.groups],
        }
