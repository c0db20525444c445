"""What a run needs, before it starts: parameter counts and an estimate of its activations."""

import dataclasses
from collections.abc import Mapping

import keras
import tensorflow as tf

from stgan_tf.keras_versions import tf_variable

#: Tensors kept per block output until its gradient is computed: the outputs of convolution,
#: normalisation and activation, and the concatenated input.
TENSORS_PER_OUTPUT = 4


@dataclasses.dataclass(frozen=True)
class Costs:
    """What a dry run reports.

    Attributes:
        parameters: {network: number of trainable parameters}, by the name in checkpoints.
        parts: The same for parts of the networks.
        activation_values: Activation values kept for one image at the peak of a step.
    """

    parameters: Mapping[str, int]
    parts: Mapping[str, int]
    activation_values: int


def trainable_parameters(layer: keras.layers.Layer) -> int:
    """The number of trainable parameters of a layer or network."""
    return sum(int(tf.size(tf_variable(weight))) for weight in layer.trainable_weights)


def pyramid_values(size: int, width: int, layers: int, max_channels: int = 2**30) -> int:
    """Output values of strided convolutions for one image, summed over `layers` layers.

    The first layer has `width` channels; each next one has twice as many, up to `max_channels`.
    `size` is the side of the image in pixels.
    """
    return sum((size >> (i + 1)) ** 2 * min(width << i, max_channels) for i in range(layers))
