"""CycleGAN's discriminator (Zhu et al., ICCV 2017; official NLayerDiscriminator)."""

import keras
import tensorflow as tf

from stgan_tf.systems.cyclegan.layers import (
    LeakyReLU,
    PaddedConv2D,
    build_in_turn,
    call_in_turn,
    plain_norm,
)

LEAKY_RELU_SLOPE = 0.2

#: Maximum number of channels, as a multiple of the first layer's.
MAX_FACTOR = 8


def map_side(side: int, num_layers: int) -> int:
    """Side of the logit map for images of a given side; below 1 the image is too small."""
    return (side >> num_layers) - 2


@keras.saving.register_keras_serializable(package="stgan_tf")
class PatchDiscriminator(keras.Model):
    """A map of logits, one per image patch (70x70 pixels with three layers).

    `num_layers` convolutions of stride 2 and two of stride 1, all with kernel 4 and, except for the
    first and the last, followed by instance normalisation.

    Args:
        num_layers: Number of strided convolutions (official n_layers_D 3).
        width: Channels of the first convolution, doubled in each layer up to 8 * width (official
            ndf 64).

    Call arguments:
        inputs: Images (B, H, W, 3) float32 in [-1, 1], with sides of at least 3 * 2^num_layers.

    Returns: logits (B, h, w, 1) float32; h = w = 30 for images of 256x256 and three layers.

    Raises: ValueError for images that are too small.
    """

    def __init__(self, num_layers=3, width=64, dtype=None, **kwargs):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.num_layers = num_layers
        self.width = width
        dtype = {"dtype": self.dtype_policy}

        def convolution(filters, strides):
            name = f"convolution_{len(self.sequence)}"
            return PaddedConv2D(filters, 4, strides, 1, name=name, **dtype)

        def activation():
            name = f"leaky_relu_{len(self.sequence)}"
            return LeakyReLU(LEAKY_RELU_SLOPE, name=name, **dtype)

        #: The layers of the official `model`, with the same indices.
        self.sequence = []
        self.sequence.append(convolution(width, 2))
        self.sequence.append(activation())
        for i in range(1, num_layers + 1):
            filters = width * min(2**i, MAX_FACTOR)
            self.sequence.append(convolution(filters, 2 if i < num_layers else 1))
            name = f"norm_{len(self.sequence)}"
            self.sequence.append(plain_norm(name, **dtype))
            self.sequence.append(activation())
        self.sequence.append(convolution(1, 1))

    def build(self, input_shape):
        shape = tuple(input_shape)
        for side in shape[1:3]:
            if side is not None and map_side(side, self.num_layers) < 1:
                raise ValueError(
                    f"Image sides must be at least 3 * 2^num_layers = {3 * 2**self.num_layers}. "
                    f"Received: image shape {shape}."
                )
        build_in_turn(self.sequence, shape)
        self.built = True

    def call(self, inputs):
        logits = call_in_turn(self.sequence, tf.cast(inputs, self.compute_dtype))
        return tf.cast(logits, self.variable_dtype)

    def compute_output_shape(self, input_shape):
        sides = (side and map_side(side, self.num_layers) for side in input_shape[1:3])
        return input_shape[0], *sides, 1

    def get_config(self):
        return {**super().get_config(), "num_layers": self.num_layers, "width": self.width}
