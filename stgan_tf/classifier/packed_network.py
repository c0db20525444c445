"""A classifier's weights as packed models have them, instead of classifier.keras."""

import hashlib
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.keras_versions import Variable, named_variables
from stgan_tf.model_files.arrays import array_bytes, read_arrays

#: The arguments of `AttributeClassifier` that its weights depend on.
_SIZES = ("num_attributes", "image_size", "width", "hidden_units")


def packed_classifier(
    model: keras.Model, description: dict[str, Any], precision: str
) -> tuple[bytes, dict[str, Any]]:
    """The safetensors file of a classifier, and its description with that file's digest; the digest
    of the file that was trained stays as `packed_from_sha256`.
    """
    config = model.get_config()
    arrays = {name: variable.numpy() for name, variable in _variables(model).items()}
    packed = array_bytes(arrays, precision, {name: config[name] for name in _SIZES})
    trained = description.get("packed_from_sha256", description["weights_sha256"])
    digests = {
        "weights_sha256": hashlib.sha256(packed).hexdigest(),
        "packed_from_sha256": trained,
    }
    return packed, {**description, **digests}


def load_packed_classifier(path: Path) -> AttributeClassifier:
    """Loads the classifier from the file of `packed_classifier`; ValueError if it cannot be one."""
    arrays, sizes = read_arrays(path)
    model = AttributeClassifier(**{name: sizes[name] for name in _SIZES})
    variables = _variables(model)
    if {name: array.shape for name, array in arrays.items()} != {
        name: tuple(variable.shape) for name, variable in variables.items()
    }:
        raise ValueError(f"{path} does not hold the weights of an attribute classifier.")
    for name, variable in variables.items():
        variable.assign(arrays[name].astype(tf.as_dtype(variable.dtype).as_numpy_dtype))
    return model


def _variables(model: keras.Model) -> dict[str, Variable]:
    """{path: variable} without the model's own name, which Keras numbers."""
    return {path.partition("/")[2]: variable for path, variable in named_variables(model).items()}
