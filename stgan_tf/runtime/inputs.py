"""Checks and prepares the inputs of exported models. No TensorFlow here."""

import numpy as np

from stgan_tf.frame import CropRule, Size
from stgan_tf.images import resize_bicubic_numpy, to_float
from stgan_tf.runtime.model_description import (
    ATTRIBUTE_DIFFERENCE,
    IMAGES,
    SOURCE_ATTRIBUTES,
    ModelDescription,
)


def prepare_faces(images: np.ndarray, image_size: int, rule: CropRule) -> np.ndarray:
    """uint8 faces (N, H, W, 3) -> float32 (N, image_size, image_size, 3) in [-1, 1].

    `rule` (`ModelDescription.crop_rule`) determines which part of them the model sees: the crop of
    its frame at any scale, square images whole, or whole pictures of any shape, made square. Raises
    ValueError for images that do not fit.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[-1] != 3 or not len(images):
        raise ValueError(
            "Faces must be uint8 (N, H, W, 3), RGB. "
            f"Received: {images.dtype} of shape {images.shape}."
        )
    height, width = images.shape[1:3]
    if rule.find(height, width) is None:
        raise ValueError(
            f"Faces must be {rule.wanted} (width x height). Received: {Size(height, width)}."
        )
    images = rule.square_of(height, width).cut(images)
    if images.shape[1:3] == (image_size, image_size):
        return to_float(images)
    return resize_bicubic_numpy(images, image_size)


def edit_inputs(
    description: ModelDescription,
    images: np.ndarray,
    difference: np.ndarray,
    source: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """{name: float32 array} of the signature `edit`.

    Args:
        images: (N, S, S, 3) in [-1, 1].
        difference: (N, A).
        source: (N, A) in {0, 1}; ignored by models with difference labels.

    Raises ValueError naming the argument that does not fit the model.
    """
    inputs = classify_inputs(description, images)
    count = len(inputs[IMAGES])
    inputs[ATTRIBUTE_DIFFERENCE] = _vectors(description, "difference", difference, count)
    if description.needs_source:
        if source is None:
            raise ValueError(
                f"This model has target labels (label mode {description.label_mode}): it needs "
                "`source`, the attributes of the images. Received: None."
            )
        inputs[SOURCE_ATTRIBUTES] = _vectors(description, "source", source, count)
    return inputs


def classify_inputs(description: ModelDescription, images: np.ndarray) -> dict[str, np.ndarray]:
    """{name: float32 array} of the signature `classify`; raises ValueError like `edit_inputs`."""
    images = np.asarray(images)
    size = description.image_size
    if (
        not np.issubdtype(images.dtype, np.floating)
        or images.shape[1:] != (size, size, 3)
        or not len(images)
    ):
        raise ValueError(
            f"`images` must be float32 (N, {size}, {size}, 3) in [-1, 1]. "
            f"Received: {images.dtype} of shape {images.shape}."
        )
    return {IMAGES: images.astype(np.float32, copy=False)}


def _vectors(
    description: ModelDescription, name: str, values: np.ndarray, count: int
) -> np.ndarray:
    values = np.asarray(values, np.float32)
    expected = (count, len(description.attributes))
    if values.shape != expected:
        raise ValueError(
            f"`{name}` must be {expected} for these images: the model's attributes are "
            f"{', '.join(description.attributes)}. Received: shape {values.shape}."
        )
    if not np.isfinite(values).all():
        raise ValueError(f"`{name}` must contain finite numbers. Received: {values!r}.")
    return values
