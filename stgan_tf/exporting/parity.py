"""Checks that an exported model computes the same as the Keras model; raises ParityError if not."""

import io

import numpy as np
import tensorflow as tf
from PIL import Image

from stgan_tf.evaluation.image_metrics import decibels
from stgan_tf.exporting.samples import Samples
from stgan_tf.images import to_uint8
from stgan_tf.runtime.exportable import Exportable
from stgan_tf.runtime.inputs import edit_inputs, prepare_faces
from stgan_tf.runtime.model_description import (
    CLASSIFY_SIGNATURE,
    DEFAULT_SIGNATURE,
    EDIT_SIGNATURE,
    EDITED_BYTES,
    IMAGE_BYTES,
    IMAGES,
)
from stgan_tf.runtime.saved_model_model import SavedModelModel

#: Maximum difference of a SavedModel from Keras: in floats, and in grey levels of its PNG.
SAVED_MODEL_TOLERANCE = 1e-5
PNG_LEVELS = 1
#: Below this mean squared error (of values in [-1, 1]) two results count as equal: 126 dB.
_SMALLEST_ERROR = 1e-12
_VALUE_RANGE = 2.0


class ParityError(ValueError):
    """An exported model differs too much from the trained one."""


def parity_decibels(images: np.ndarray, reference: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB of float images in [-1, 1], over all of them at once."""
    error = np.mean(np.square(np.asarray(images, np.float64) - reference))
    return decibels(error, _VALUE_RANGE, _SMALLEST_ERROR)


def require_close(name: str, values: np.ndarray, expected: np.ndarray, tolerance: float) -> float:
    """The maximum absolute difference; raises ParityError if the shapes differ, or if it is above
    `tolerance` or not finite.
    """
    if values.shape != expected.shape:
        raise ParityError(f"{name} returns shape {values.shape} instead of {expected.shape}.")
    difference = float(np.max(np.abs(values.astype(np.float64) - expected)))
    if not difference <= tolerance:
        raise ParityError(
            f"{name} differs from the Keras model by {difference:.3g}, more than {tolerance:g}: "
            "it was not exported."
        )
    return difference


def require_psnr(name: str, images: np.ndarray, reference: np.ndarray, minimum: float) -> float:
    """PSNR in dB against the float32 file; raises ParityError if it is below `minimum`."""
    value = parity_decibels(images, reference)
    if not value >= minimum:
        raise ParityError(
            f"{name} has a PSNR of {value:.1f} dB against the float32 file, below {minimum:g} dB: "
            "nothing was exported. Omit this precision, or lower its minimum."
        )
    return value


def keras_edit(model: Exportable, samples: Samples) -> np.ndarray:
    """The Keras model's edits of the samples."""
    names = edit_inputs(model.description, samples.images, samples.difference, samples.source)
    return model.edit(*(tf.constant(value) for value in names.values())).numpy()


def compare_saved_model(model: Exportable, saved: SavedModelModel, samples: Samples) -> dict:
    """{signature: figures} for every signature; raises ParityError if one exceeds its tolerance."""
    edited = saved.edit(samples.images, samples.difference, samples.source)
    name = f"The SavedModel's signature {EDIT_SIGNATURE}"
    difference = require_close(name, edited, keras_edit(model, samples), SAVED_MODEL_TOLERANCE)
    figures = {EDIT_SIGNATURE: {"max_abs_difference": difference}}
    levels = max(_png_levels(model, saved, samples, faces) for faces in _faces(model, samples))
    figures[DEFAULT_SIGNATURE] = {"max_level_difference": levels}
    if model.classifier is not None:
        expected = model.classify(tf.constant(samples.images)).numpy()
        name = f"The SavedModel's signature {CLASSIFY_SIGNATURE}"
        probabilities = saved.classify(samples.images)
        difference = require_close(name, probabilities, expected, SAVED_MODEL_TOLERANCE)
        figures[CLASSIFY_SIGNATURE] = {"max_abs_difference": difference}
    return figures


def _faces(model: Exportable, samples: Samples) -> list[np.ndarray]:
    """uint8 images in each frame that the default signature accepts."""
    faces = [to_uint8(samples.images)]
    frames = [model.description.frame] if model.description.frame is not None else []
    if not frames and model.description.resize:
        side = model.description.image_size
        frames = [(side, 2 * side + 1), (side + 3, side)]
    for frame in frames:
        # Noise, on which differences in the resize are largest.
        shape = (min(2, len(samples.images)), *frame, 3)
        faces.append(np.random.default_rng(0).integers(0, 256, shape, np.uint8))
    return faces


def _png_levels(
    model: Exportable, saved: SavedModelModel, samples: Samples, faces: np.ndarray
) -> int:
    images = prepare_faces(faces, model.description.image_size, model.description.crop_rule)
    count = len(images)
    inputs = edit_inputs(
        model.description, images, samples.difference[:count], samples.source[:count]
    )
    expected = to_uint8(model.edit(*(tf.constant(value) for value in inputs.values())).numpy())
    del inputs[IMAGES]
    inputs[IMAGE_BYTES] = np.array([_png(face) for face in faces], object)
    answers = saved.call(DEFAULT_SIGNATURE, inputs)[EDITED_BYTES]
    edited = np.stack([np.asarray(Image.open(io.BytesIO(answer))) for answer in answers])
    name = f"The SavedModel's signature {DEFAULT_SIGNATURE}"
    return int(require_close(name, edited, expected, PNG_LEVELS))


def _png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return buffer.getvalue()
