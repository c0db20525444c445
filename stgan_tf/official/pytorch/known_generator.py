"""The interface for the generators of one official PyTorch code."""

import abc
import re
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from stgan_tf.config.training import TrainingConfig
from stgan_tf.keras_versions import Variable
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.pytorch.weights_file import Arrays
from stgan_tf.options import ConfigError

#: How StarGAN and FaderNetworks crop CelebA's images, as `DataConfig.crop`: the central square.
CELEBA_SQUARE = "20,0,178,178"

#: {official name: (our variable, function from the official array to our layout)}
Mapped = dict[str, tuple[Variable, Callable[[np.ndarray], np.ndarray]]]


class KnownGenerator(abc.ABC):
    """A generator of one official code. State dicts are {name: array}, with PyTorch's shapes.

    Attributes:
        system: Name of our system.
        title: Name of the network and its code, for messages.
        image_size, crop, crop_frame, resize: The official defaults, as in `DataConfig`.
        training: The official schedule, for further training.
        unused: Name suffixes of arrays that the official code does not use either.
    """

    system: str
    title: str
    image_size: int
    crop: str
    crop_frame: tuple[int, ...] = ()
    resize: str = ""
    training: TrainingConfig
    unused: tuple[str, ...] = ()

    @abc.abstractmethod
    def fits(self, arrays: Arrays) -> bool:
        """Whether a state dict belongs to this network, according to its names."""

    def other_network(self, arrays: Arrays) -> str:
        """A description of a state dict of another network of this code; empty if unknown."""
        return ""

    @abc.abstractmethod
    def settings(self, arrays: Arrays, image_size: int, names: tuple[str, ...]) -> dict[str, Any]:
        """The system's settings by name, read from shapes and the attributes' given `names`.

        Raises:
            OfficialCheckpointError: The network is not supported. The message is only the reason,
                such as "has dropout".
        """

    @abc.abstractmethod
    def attributes(self, arrays: Arrays, names: tuple[str, ...]) -> tuple[str, ...]:
        """The attributes in the order of the network's labels, from their given `names`.

        Raises:
            ConfigError: They do not fit the network.
        """

    @abc.abstractmethod
    def mapped(self, network: keras.Model, options: FileOptions) -> list[Mapped]:
        """The variables of the system's editing network, as one mapping per file.

        There is a second mapping if a system has two generators.
        """


def require_count(names: tuple[str, ...], count: int, order: str) -> None:
    """Raises ConfigError unless there are `count` names; `order` says how to order them."""
    if len(names) != count:
        received = ",".join(names) if names else "none"
        wanted = f"the {count} attributes" if count > 1 else "the one attribute"
        raise ConfigError(
            "attributes", f"must name {wanted} of the file{order}. Received: {received}."
        )


def require_shape(arrays: Mapping[str, np.ndarray], name: str, rank: int = 4) -> tuple[int, ...]:
    """The shape of an array; OfficialCheckpointError if it is missing or has another rank."""
    if name not in arrays:
        raise OfficialCheckpointError(f"lacks {name}")
    if (shape := arrays[name].shape) and len(shape) == rank:
        return shape
    raise OfficialCheckpointError(f"has {name} with shape {list(shape)} instead of rank {rank}")


def is_kernel(arrays: Arrays, name: str, side: int) -> bool:
    """Whether there is a square convolution kernel with that name and side."""
    return name in arrays and arrays[name].shape[2:] == (side, side)


def count_matching(arrays: Arrays, pattern: str) -> int:
    """The number of names that match the pattern completely."""
    return sum(1 for name in arrays if re.fullmatch(pattern, name))
