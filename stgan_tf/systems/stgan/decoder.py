"""The generator's decoder (paper figure 2, official Gdec)."""

import keras

from stgan_tf.layers.attribute_injection import AttributeInjection
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.layers.recomputation import segment
from stgan_tf.layers.upsampling_block import UpsamplingBlock


@keras.saving.register_keras_serializable(package="stgan_tf")
class Decoder(keras.layers.Layer):
    """Transposed convolutions with batch normalisation and ReLU; the last one with tanh.

    With `mask`, the last one has a fourth channel and no activation (`blend_by_mask` applies both).

    Layer 0 always receives the label. The input of layer i + 1 is [output of layer i, skip, label],
    with the skip if i < shortcut_layers and the label if i < inject_layers.

    Args:
        num_layers: Transposed convolutions, each with kernel 4 and stride 2.
        width: Channels of the last hidden layer; each deeper one has twice as many.
        max_channels: Maximum number of channels (1024 in the paper).
        shortcut_layers: Number of skip connections.
        inject_layers: Number of layers after the first that receive the label.
        extra_conv_kernel: Official one_more_conv: the last upsampling has width // 4 channels with
            normalisation and ReLU, and a convolution with a kernel of this side makes the image;
            0: off.
        mask: Whether to return logits of colours and mask instead of images.
        upsampling: As in `UpsamplingBlock`; the paper's is "convtranspose".
        batch_norm: Arguments of BatchNormalization (momentum, synchronized) as a dict.

    Call arguments:
        inputs: [features (list, shallowest first, as from `Encoder`), label (B, A)].
        training: Passed to batch normalisation.

    Returns: images (B, H, W, 3) in [-1, 1], or logits (B, H, W, 4), in the compute dtype.
    """

    def __init__(
        self,
        num_layers=5,
        width=64,
        max_channels=1024,
        shortcut_layers=4,
        inject_layers=4,
        extra_conv_kernel=0,
        mask=False,
        upsampling="convtranspose",
        batch_norm=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_layers = num_layers
        self.width = width
        self.max_channels = max_channels
        self.shortcut_layers = shortcut_layers
        self.inject_layers = inject_layers
        self.extra_conv_kernel = extra_conv_kernel
        self.mask = mask
        self.upsampling = upsampling
        self.batch_norm = batch_norm
        self.injection = AttributeInjection(dtype=self.dtype_policy, name="injection")
        filters = [
            min(width * 2 ** (num_layers - 1 - i), max_channels) for i in range(num_layers - 1)
        ]
        self.blocks = [self._upsampling(count, f"block_{i}") for i, count in enumerate(filters)]
        if extra_conv_kernel:
            self.blocks.append(self._upsampling(width // 4, f"block_{num_layers - 1}"))
        of_image = {
            "filters": 4 if mask else 3,
            "norm": "none",
            "activation": "linear" if mask else "tanh",
            "dtype": self.dtype_policy,
            "name": "to_image",
        }
        if extra_conv_kernel:
            self.to_image = ConvBlock(
                kernel_size=extra_conv_kernel, strides=1, transposed=True, **of_image
            )
        elif upsampling == "convtranspose":
            self.to_image = ConvBlock(transposed=True, **of_image)
        else:
            self.to_image = UpsamplingBlock(upsampling=upsampling, **of_image)

    def _upsampling(self, filters, name):
        options = {
            "activation": "relu",
            "batch_norm": self.batch_norm,
            "dtype": self.dtype_policy,
            "name": name,
        }
        if self.upsampling == "convtranspose":
            return ConvBlock(filters, transposed=True, **options)
        return UpsamplingBlock(filters, self.upsampling, **options)

    def _inputs_after(self, i, output, features, attributes):
        """The inputs of the layer after layer i; `build` also calls it with shapes."""
        joined = [output]
        if i < min(self.shortcut_layers, self.num_layers - 1):
            joined.append(features[-2 - i])
        if i < min(self.inject_layers, self.num_layers - 1):
            joined.append(attributes)
        return joined

    def build(self, input_shape):
        feature_shapes, attribute_shape = input_shape
        joined = [feature_shapes[-1], attribute_shape]
        for i, block in enumerate([*self.blocks, self.to_image]):
            self.injection.build(joined)
            shape = self.injection.compute_output_shape(joined)
            block.build(shape)
            shape = block.compute_output_shape(shape)
            joined = self._inputs_after(i, shape, feature_shapes, attribute_shape)
        self.built = True

    def call(self, inputs, training=False):
        features, attributes = inputs
        joined = [features[-1], attributes]
        for i, block in enumerate(self.blocks):
            output = segment(
                lambda *parts, block=block: block(self.injection(list(parts)), training=training),
                *joined,
            )
            joined = self._inputs_after(i, output, features, attributes)
        return segment(lambda *parts: self.to_image(self.injection(list(parts))), *joined)

    def compute_output_shape(self, input_shape):
        deepest = input_shape[0][-1]
        sides = [side and side * 2**self.num_layers for side in deepest[1:3]]
        return (deepest[0], *sides, self.to_image.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "num_layers": self.num_layers,
            "width": self.width,
            "max_channels": self.max_channels,
            "shortcut_layers": self.shortcut_layers,
            "inject_layers": self.inject_layers,
            "extra_conv_kernel": self.extra_conv_kernel,
            "mask": self.mask,
            "upsampling": self.upsampling,
            "batch_norm": self.batch_norm,
        }
