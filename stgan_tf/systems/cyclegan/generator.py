"""CycleGAN's generator (Zhu et al., ICCV 2017; official ResnetGenerator)."""

import keras
import tensorflow as tf

from stgan_tf.layers.recomputation import segment
from stgan_tf.systems.cyclegan.layers import (
    DoublingConv2D,
    PaddedConv2D,
    ReflectionPadding2D,
    build_in_turn,
    call_in_turn,
    plain_norm,
)


@keras.saving.register_keras_serializable(package="stgan_tf")
class ReflectingResidualBlock(keras.layers.Layer):
    """x + norm(conv(pad(relu(norm(conv(pad(x))))))): 3x3 convolutions with bias.

    Args:
        filters: Channels of input and output.

    Call arguments:
        inputs: (B, H, W, filters), with sides of at least 2.
    """

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        dtype = {"dtype": self.dtype_policy}
        #: The layers of the official `conv_block`.
        self.sequence = [
            ReflectionPadding2D(1, name="pad_0", **dtype),
            PaddedConv2D(filters, 3, name="convolution_1", **dtype),
            plain_norm("norm_2", **dtype),
            keras.layers.ReLU(name="relu_3", **dtype),
            ReflectionPadding2D(1, name="pad_4", **dtype),
            PaddedConv2D(filters, 3, name="convolution_5", **dtype),
            plain_norm("norm_6", **dtype),
        ]

    def build(self, input_shape):
        build_in_turn(self.sequence, tuple(input_shape))
        self.built = True

    def call(self, inputs):
        return inputs + segment(lambda values: call_in_turn(self.sequence, values), inputs)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}


@keras.saving.register_keras_serializable(package="stgan_tf")
class ResnetGenerator(keras.Model):
    """One direction: two strided convolutions, residual blocks, two transposed convolutions.

    Args:
        width: Channels of the first convolution (official ngf 64).
        residual_blocks: Number of residual blocks (official 9; 6 in the paper at 128 px).

    Call arguments:
        inputs: Images (B, H, W, 3) float32 in [-1, 1], with sides divisible by 4 and at least 8.

    Returns: images (B, H, W, 3) float32 in [-1, 1].

    Raises: ValueError for images of other sides.
    """

    def __init__(self, width=64, residual_blocks=9, dtype=None, **kwargs):
        super().__init__(dtype=dtype or "float32", **kwargs)
        self.width = width
        self.residual_blocks = residual_blocks
        dtype = {"dtype": self.dtype_policy}

        def activated(layer, position):
            return [
                layer,
                plain_norm(f"norm_{position + 1}", **dtype),
                keras.layers.ReLU(name=f"relu_{position + 2}", **dtype),
            ]

        end = 10 + residual_blocks
        #: The layers of the official `model`, with the same indices.
        self.sequence = [
            ReflectionPadding2D(3, name="pad_0", **dtype),
            *activated(PaddedConv2D(width, 7, name="convolution_1", **dtype), 1),
            *activated(PaddedConv2D(2 * width, 3, 2, 1, name="convolution_4", **dtype), 4),
            *activated(PaddedConv2D(4 * width, 3, 2, 1, name="convolution_7", **dtype), 7),
            *(
                ReflectingResidualBlock(4 * width, name=f"residual_{i}", **dtype)
                for i in range(10, end)
            ),
            *activated(DoublingConv2D(2 * width, name=f"convolution_{end}", **dtype), end),
            *activated(DoublingConv2D(width, name=f"convolution_{end + 3}", **dtype), end + 3),
            ReflectionPadding2D(3, name=f"pad_{end + 6}", **dtype),
            PaddedConv2D(3, 7, name=f"convolution_{end + 7}", **dtype),
            keras.layers.Activation("tanh", name=f"tanh_{end + 8}", **dtype),
        ]

    def build(self, input_shape):
        shape = tuple(input_shape)
        for side in shape[1:3]:
            if side is not None and (side % 4 or side < 8):
                raise ValueError(
                    "Image sides must be divisible by 4 and at least 8. "
                    f"Received: image shape {shape}."
                )
        build_in_turn(self.sequence, shape)
        self.built = True

    def call(self, inputs):
        images = call_in_turn(self.sequence, tf.cast(inputs, self.compute_dtype))
        return tf.cast(images, self.variable_dtype)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {
            **super().get_config(),
            "width": self.width,
            "residual_blocks": self.residual_blocks,
        }
