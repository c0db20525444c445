"""The exported functions, with the names, shapes and types of their inputs."""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from stgan_tf.exporting.image_bytes import decode_faces, encode_faces
from stgan_tf.runtime.exportable import Exportable
from stgan_tf.runtime.model_description import (
    ATTRIBUTE_DIFFERENCE,
    CLASSIFY_SIGNATURE,
    DEFAULT_SIGNATURE,
    EDIT_SIGNATURE,
    EDITED,
    EDITED_BYTES,
    IMAGE_BYTES,
    IMAGES,
    PROBABILITIES,
    SOURCE_ATTRIBUTES,
)


@dataclasses.dataclass(frozen=True)
class Signature:
    """A function of tensors in the order of `inputs` that returns {output name: tensor}."""

    function: Callable[..., dict[str, tf.Tensor]]
    inputs: tuple[tf.TensorSpec, ...]


def edit_signature(model: Exportable, batch: int | None) -> Signature:
    """`edit`: takes float images; `batch` None: any batch size."""

    def edit(images, *vectors):
        return {EDITED: model.edit(images, *vectors)}

    return Signature(edit, (_images(model, batch), *_vectors(model, batch)))


def classify_signature(model: Exportable, batch: int | None) -> Signature:
    """`classify`: float images -> probabilities of the model's attributes."""

    def classify(images):
        return {PROBABILITIES: model.classify(images)}

    return Signature(classify, (_images(model, batch),))


def serving_signature(model: Exportable) -> Signature:
    """`serving_default`: encoded images -> PNG."""
    description = model.description

    def edit_bytes(image_bytes, *vectors):
        images = decode_faces(image_bytes, description.image_size, description.crop_rule)
        return {EDITED_BYTES: encode_faces(model.edit(images, *vectors))}

    encoded = tf.TensorSpec((None,), tf.string, IMAGE_BYTES)
    return Signature(edit_bytes, (encoded, *_vectors(model, None)))


def saved_model_signatures(model: Exportable) -> dict[str, Signature]:
    """All signatures of a SavedModel, the default one first."""
    signatures = {
        DEFAULT_SIGNATURE: serving_signature(model),
        EDIT_SIGNATURE: edit_signature(model, None),
    }
    if model.classifier is not None:
        signatures[CLASSIFY_SIGNATURE] = classify_signature(model, None)
    return signatures


def _images(model: Exportable, batch: int | None) -> tf.TensorSpec:
    size = model.description.image_size
    return tf.TensorSpec((batch, size, size, 3), tf.float32, IMAGES)


def _vectors(model: Exportable, batch: int | None) -> list[tf.TensorSpec]:
    names = [ATTRIBUTE_DIFFERENCE]
    if model.description.needs_source:
        names.append(SOURCE_ATTRIBUTES)
    shape = (batch, len(model.description.attributes))
    return [tf.TensorSpec(shape, tf.float32, name) for name in names]
