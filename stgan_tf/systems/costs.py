"""What a run needs, told before it starts: parameters, and a rule of thumb for its activations."""

import dataclasses
from collections.abc import Mapping

import keras
import tensorflow as tf

#: Float tensors held per block output while its gradient is waited for: convolution, normalised,
#: activated, and the concatenation that feeds it.
TENSORS_PER_OUTPUT = 4


@dataclasses.dataclass(frozen=True)
class Costs:
    """What a dry run reports.

    Attributes:
        parameters: {network: trainable parameters}, the networks of the checkpoint.
        parts: The same of parts of them.
        activation_values: Numbers held for one image in the widest moment of a step.
    """

    parameters: Mapping[str, int]
    parts: Mapping[str, int]
    activation_values: int


def trainable_parameters(layer: keras.Layer) -> int:
    """Numbers that training changes."""
    return sum(int(tf.size(weight.value)) for weight in layer.trainable_weights)


def pyramid_values(size: int, width: int, layers: int, max_channels: int = 2**30) -> int:
    """Output values of strided convolutions of `width` channels, doubled a layer."""
    return sum((size >> (i + 1)) ** 2 * min(width << i, max_channels) for i in range(layers))
