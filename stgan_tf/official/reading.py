"""Strict reading of a checkpoint: it must have exactly the expected variables."""

import math
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from stgan_tf.official.checkpoint_files import OfficialCheckpoint, OfficialCheckpointError

#: Maximum number of names listed in a message.
_LISTED = 5


class CheckpointReader:
    """Reads the variables of a checkpoint.

    Attributes:
        checkpoint: The checkpoint.
        shapes: {name: shape} of all its variables.

    Raises:
        OfficialCheckpointError: It cannot be opened.
    """

    def __init__(self, checkpoint: OfficialCheckpoint):
        self.checkpoint = checkpoint
        try:
            self._reader = tf.train.load_checkpoint(str(checkpoint.prefix))
            self.shapes = dict(self._reader.get_variable_to_shape_map())
            self._types = self._reader.get_variable_to_dtype_map()
        except _READ_ERRORS as error:
            raise self.error(f"cannot be opened: {_first_line(error)}") from error

    def require_exactly(self, wanted: Mapping[str, tuple[int, ...]]) -> None:
        """Checks that the checkpoint has exactly the variables {name: shape}.

        Raises:
            OfficialCheckpointError: Some are missing or unexpected, or have another shape or type;
                the message names them.
        """
        misshapen = [
            f"{name} {list(self.shapes[name])} instead of {list(shape)}"
            for name, shape in wanted.items()
            if name in self.shapes and tuple(self.shapes[name]) != tuple(shape)
        ]
        types = [
            f"{name} ({self._types[name].name})"
            for name in wanted
            if name in self.shapes and self._types[name] != _type_of(name)
        ]
        problems = [
            (f"lacks {{}} of its networks: {_list(names)}", names)
            for names in [[name for name in wanted if name not in self.shapes]]
        ]
        left_over = sorted(set(self.shapes) - set(wanted))
        problems += [
            (f"has {{}} too many: {_list(left_over)}", left_over),
            (f"has {{}} with another shape: {_list(misshapen)}", misshapen),
            (f"has {{}} with another type: {_list(types)}", types),
        ]
        found = [text.format(_count(names)) for text, names in problems if names]
        if found:
            advice = ". Check that it was trained with this setting.txt"
            has_setting = self.checkpoint.setting is not None
            raise self.error("; it ".join(found) + advice * has_setting)

    def read(self, name: str) -> np.ndarray:
        """The value of a variable; OfficialCheckpointError if it is damaged or not finite."""
        try:
            value = np.asarray(self._reader.get_tensor(name))
        except _READ_ERRORS as error:
            raise self.error(
                f"is damaged: {name} cannot be read ({_first_line(error)}). Download or copy it "
                "again"
            ) from error
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            count = math.prod(value.shape) - int(np.isfinite(value).sum())
            raise self.error(f"has {count} values in {name} that are not finite")
        return value

    def error(self, message: str) -> OfficialCheckpointError:
        """An error that says "The checkpoint PREFIX `message`."."""
        return OfficialCheckpointError(f"The checkpoint {self.checkpoint.prefix} {message}.")


#: Errors that TensorFlow raises for files that are damaged, truncated, missing or not a checkpoint.
_READ_ERRORS = (tf.errors.OpError, RuntimeError, IndexError, ValueError)


def _type_of(name: str) -> tf.DType:
    return tf.int64 if name == COUNTER else tf.float32


#: The official iteration counter (tflib.counter).
COUNTER = "counter/counter"


def _count(names: list[str]) -> str:
    return "1 variable" if len(names) == 1 else f"{len(names)} variables"


def _list(names: list[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")
