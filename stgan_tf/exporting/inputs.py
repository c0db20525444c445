"""What exported models are given, checked before it reaches them. No TensorFlow here."""

import numpy as np

from stgan_tf.images import CropBox, crop, resize_bicubic_numpy, to_float
from stgan_tf.model_description import (
    ATTRIBUTE_DIFFERENCE,
    IMAGES,
    SOURCE_ATTRIBUTES,
    ModelDescription,
)

#: Height and width of CelebA's aligned frame.
ALIGNED_FRAME = (218, 178)


def prepare_faces(images: np.ndarray, image_size: int, crop_box: CropBox | None) -> np.ndarray:
    """uint8 faces (N, H, W, 3) -> float32 (N, image_size, image_size, 3) in [-1, 1].

    H x W is image_size x image_size, the model's own frame, or 218x178, CelebA's aligned frame, of
    which `crop_box` is taken. Raises ValueError for anything else.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[-1] != 3 or not len(images):
        raise ValueError(
            "Faces must be uint8 (N, H, W, 3), RGB. "
            f"Received: {images.dtype} of shape {images.shape}."
        )
    height, width = images.shape[1:3]
    if (height, width) == ALIGNED_FRAME and crop_box is not None:
        return resize_bicubic_numpy(crop(images, crop_box), image_size)
    if (height, width) != (image_size, image_size):
        aligned = f" or {ALIGNED_FRAME[0]}x{ALIGNED_FRAME[1]} (CelebA's aligned frame)"
        raise ValueError(
            f"Faces must be {image_size}x{image_size} (the model's own frame)"
            f"{'' if crop_box is None else aligned}, height x width. Received: {height}x{width}."
        )
    return to_float(images)


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
        source: (N, A) in {0, 1}; models of the difference label ignore it.

    Raises ValueError naming the argument that does not fit the model.
    """
    inputs = classify_inputs(description, images)
    count = len(inputs[IMAGES])
    inputs[ATTRIBUTE_DIFFERENCE] = _vectors(description, "difference", difference, count)
    if description.needs_source:
        if source is None:
            raise ValueError(
                f"This model is given targets (label mode {description.label_mode}): it needs "
                "`source`, the attributes the images have. Received: None."
            )
        inputs[SOURCE_ATTRIBUTES] = _vectors(description, "source", source, count)
    return inputs


def classify_inputs(description: ModelDescription, images: np.ndarray) -> dict[str, np.ndarray]:
    """{name: float32 array} of the signature `classify`; raises ValueError as `edit_inputs`."""
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
        raise ValueError(f"`{name}` must be finite numbers. Received: {values!r}.")
    return values
