"""Reads a classifier.keras of Keras 3 without Keras: Keras 2 does not open it."""

import io
import json
import zipfile
from pathlib import Path

import h5py

from stgan_tf.classifier.network import AttributeClassifier


def read_keras_3_file(path: Path) -> AttributeClassifier:
    """The classifier in a file that `AttributeClassifier.save` of Keras 3 wrote.

    Raises:
        ValueError: The file holds another network.
    """
    with zipfile.ZipFile(path) as file:
        described = json.loads(file.read("config.json"))
        weights = io.BytesIO(file.read("model.weights.h5"))
    if described["class_name"] != AttributeClassifier.__name__:
        raise ValueError(
            f"{path} must contain an AttributeClassifier. Received: {described['class_name']}. "
            "Other networks open only with the version of Keras that saved them."
        )
    config = described["config"]
    model = AttributeClassifier(**{**config, "dtype": config["dtype"]["config"]["name"]})
    with h5py.File(weights) as groups:
        for layer, places in _places(model):
            values = next(groups[place] for place in places if place in groups and groups[place])
            layer.set_weights([values[str(i)][()] for i in range(len(values))])
    return model


def _places(model: AttributeClassifier):
    """(layer, groups that may hold its weights): Keras saves a layer where it meets it first, under
    an attribute of the network or in its list of all layers, numbered by class.
    """
    for i, convolution in enumerate(model.convolutions):
        yield convolution, _numbered(("convolutions", "layers"), "conv2d", i)
    for i, normalization in enumerate(model.normalizations):
        yield normalization, _numbered(("normalizations", "layers"), "batch_normalization", i)
    for i, (name, layer) in enumerate((("hidden", model.hidden), ("logits", model.logits))):
        yield layer, [f"{name}/vars", *_numbered(("layers",), "dense", i)]


def _numbered(lists: tuple[str, ...], kind: str, i: int) -> list[str]:
    return [f"{place}/{kind}_{i}/vars" if i else f"{place}/{kind}/vars" for place in lists]
