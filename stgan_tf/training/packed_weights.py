"""The editing network's weights without the rest of a checkpoint, as packed models have them."""

from pathlib import Path
from typing import NamedTuple

import keras
import tensorflow as tf

from stgan_tf.keras_versions import named_variables
from stgan_tf.model_files.arrays import array_bytes, read_arrays
from stgan_tf.run_layout import AVERAGE, RAW


class Restored(NamedTuple):
    """The iteration of restored weights, and which of the run's they are (average or raw)."""

    step: int
    weights: str


def weights_bytes(network: keras.Model, restored: Restored, precision: str) -> bytes:
    """The safetensors file of a network's variables by their paths (`model_files.arrays`)."""
    arrays = {path: variable.numpy() for path, variable in named_variables(network).items()}
    return array_bytes(arrays, precision, restored._asdict())


def restore_packed(network: keras.Model, path: Path, weights: str) -> Restored:
    """Fills a built network from the file of `weights_bytes`.

    Args:
        weights: Which weights are wanted: "raw", or "average" for the averaged ones if the model
            has them.

    Raises ValueError if the file does not fit the network, or lacks the weights that are wanted.
    """
    arrays, metadata = read_arrays(path)
    restored = Restored(metadata["step"], metadata["weights"])
    if weights == RAW and restored.weights == AVERAGE:
        raise ValueError(
            "--weights: a packed model has the weights that it was packed with, here the averaged "
            "ones. Pack the run with --weights=raw. Received: raw."
        )
    variables = named_variables(network)
    shapes = {path: tuple(variable.shape) for path, variable in variables.items()}
    found = {name: array.shape for name, array in arrays.items()}
    if found != shapes:
        wrong = sorted(dict(found.items() ^ shapes.items()))[0]
        raise ValueError(
            f"{path} does not fit the network of its config.json: {wrong} is "
            f"{found.get(wrong, 'missing')} and should be {shapes.get(wrong, 'absent')}."
        )
    for name, variable in variables.items():
        variable.assign(arrays[name].astype(tf.as_dtype(variable.dtype).as_numpy_dtype))
    return restored
