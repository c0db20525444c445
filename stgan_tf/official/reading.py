"""Strict reading of a checkpoint: every variable wanted is there, every one there is wanted."""

import math
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from stgan_tf.official.checkpoint_files import OfficialCheckpoint, OfficialCheckpointError

#: Names of one kind listed in a message.
_LISTED = 5


class CheckpointReader:
    """The variables of one checkpoint. Raises OfficialCheckpointError where it is no checkpoint."""

    def __init__(self, checkpoint: OfficialCheckpoint):
        self.checkpoint = checkpoint
        try:
            self._reader = tf.train.load_checkpoint(str(checkpoint.prefix))
            self.shapes = dict(self._reader.get_variable_to_shape_map())
            self._types = self._reader.get_variable_to_dtype_map()
        except _READ_ERRORS as error:
            raise self.error(f"cannot be opened: {_first_line(error)}") from error

    def require_exactly(self, wanted: Mapping[str, tuple[int, ...]]) -> None:
        """Raises OfficialCheckpointError unless the checkpoint holds exactly these variables with
        these shapes, naming what is missing, left over, or of another shape or type.
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
            (f"lacks {{}} of the setting's networks: {_list(names)}", names)
            for names in [[name for name in wanted if name not in self.shapes]]
        ]
        left_over = sorted(set(self.shapes) - set(wanted))
        problems += [
            (f"holds {{}} that the setting's networks do not have: {_list(left_over)}", left_over),
            (f"holds {{}} of another shape: {_list(misshapen)}", misshapen),
            (f"holds {{}} of another type: {_list(types)}", types),
        ]
        found = [text.format(_count(names)) for text, names in problems if names]
        if found:
            raise self.error("; it ".join(found) + ". Is its setting.txt the one it was made with?")

    def read(self, name: str) -> np.ndarray:
        """The value of a variable; OfficialCheckpointError if damaged or not finite."""
        try:
            value = np.asarray(self._reader.get_tensor(name))
        except _READ_ERRORS as error:
            raise self.error(
                f"is damaged: {name} cannot be read ({_first_line(error)}). Fetch or copy it again"
            ) from error
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            count = math.prod(value.shape) - int(np.isfinite(value).sum())
            raise self.error(f"holds {count} values in {name} that are not finite")
        return value

    def error(self, message: str) -> OfficialCheckpointError:
        return OfficialCheckpointError(f"The checkpoint {self.checkpoint.prefix} {message}.")


#: What TensorFlow raises for files that are damaged, cut short, missing or no checkpoint.
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
