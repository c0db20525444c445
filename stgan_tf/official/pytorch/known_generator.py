"""The contract: what is known of the generators of one official PyTorch code."""

import abc
import re
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from stgan_tf.config.training import TrainingConfig
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.pytorch.weights_file import Arrays
from stgan_tf.options import ConfigError

#: {official name: (our variable, the official array in its layout)}
Mapped = dict[str, tuple[keras.Variable, Callable[[np.ndarray], np.ndarray]]]


class KnownGenerator(abc.ABC):
    """A generator of one official code. State dicts are {name: array}, as PyTorch shapes them.

    Attributes:
        system: Name of our system.
        title: Of the network and its code, for messages.
        image_size, crop, crop_frame: The official defaults, as of `DataConfig`.
        training: The official schedule, for training that goes on.
        unused: Ends of names of arrays that the official code does not use either.
    """

    system: str
    title: str
    image_size: int
    crop: str
    crop_frame: tuple[int, ...] = ()
    training: TrainingConfig
    unused: tuple[str, ...] = ()

    @abc.abstractmethod
    def fits(self, arrays: Arrays) -> bool:
        """Whether a state dict is one of this network, by its names."""

    def other_network(self, arrays: Arrays) -> str:
        """What else of the code a state dict is, in words; empty where it is nothing known."""
        return ""

    @abc.abstractmethod
    def settings(self, arrays: Arrays, image_size: int) -> dict[str, Any]:
        """The system's settings by name, read from shapes. Raises OfficialCheckpointError, with the
        reason alone, for networks that are not offered.
        """

    @abc.abstractmethod
    def attributes(self, arrays: Arrays, names: tuple[str, ...]) -> tuple[str, ...]:
        """`names` in the order of the network's labels. Raises ConfigError where they do not fit
        it.
        """

    @abc.abstractmethod
    def mapped(self, network: keras.Model, options: FileOptions) -> list[Mapped]:
        """The variables of the system's editing network, of each file one mapping: the file's, and
        where there may be another generator, that one's.
        """


def require_count(names: tuple[str, ...], count: int, order: str) -> None:
    """Raises ConfigError unless there are `count` names; `order`: how to order them."""
    if len(names) != count:
        received = ",".join(names) if names else "none"
        told = f"{count} attributes: name them" if count > 1 else "1 attribute: name it"
        raise ConfigError("attributes", f"the file has {told}{order}. Received: {received}.")


def require_shape(arrays: Mapping[str, np.ndarray], name: str, rank: int = 4) -> tuple[int, ...]:
    """The shape of an array; OfficialCheckpointError unless it is there and has that rank."""
    if name not in arrays:
        raise OfficialCheckpointError(f"lacks {name}")
    if (shape := arrays[name].shape) and len(shape) == rank:
        return shape
    raise OfficialCheckpointError(f"has {name} of shape {list(shape)}, not of rank {rank}")


def is_kernel(arrays: Arrays, name: str, side: int) -> bool:
    """Whether there is a square convolution kernel of that name and side."""
    return name in arrays and arrays[name].shape[2:] == (side, side)


def count_matching(arrays: Arrays, pattern: str) -> int:
    """How many names are of the pattern, which has to match them whole."""
    return sum(1 for name in arrays if re.fullmatch(pattern, name))
