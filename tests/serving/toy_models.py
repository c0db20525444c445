"""SavedModels with the exported models' signatures and simple maths, made in half a second."""

import dataclasses
import io

import numpy as np
import tensorflow as tf
from PIL import Image

from stgan_tf.exporting.image_bytes import decode_faces
from stgan_tf.frame import CELEBA_CROP
from stgan_tf.runtime.model_description import ModelDescription

NAMES = ("Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses")
SIZE = 16
#: What a difference of 1 adds to every pixel of the image in [-1, 1].
WEIGHTS = np.float32([0.05, 0.1, 0.2, 0.4])

DESCRIPTION = ModelDescription(
    attributes=NAMES,
    label_mode="difference",
    label_scale=1.0,
    image_size=SIZE,
    crop_box=CELEBA_CROP,
    has_classifier=True,
)
TARGET_DESCRIPTION = dataclasses.replace(DESCRIPTION, label_mode="target")
#: Translates whole pictures between four seasons, the names of NAMES' columns.
SEASONS = ("autumn", "spring", "summer", "winter")
SEASONS_DESCRIPTION = ModelDescription(
    attributes=SEASONS,
    label_mode="difference",
    label_scale=1.0,
    image_size=SIZE,
    crop_box=None,
    has_classifier=True,
    conflicts={name: tuple(other for other in SEASONS if other != name) for name in SEASONS},
    domains=SEASONS,
    resize="contain",
)


def write_toy_model(folder, description=DESCRIPTION, offset=0.0, broken=False):
    """A version folder: edited = images + offset + difference @ WEIGHTS (+ source[0] / 8 where the
    model needs it); the classifier's probabilities are 0.5 + the images' mean, + 0.1 a column.
    `broken`: it loads, but every edit fails.
    """
    count = len(description.attributes)
    vectors = [tf.TensorSpec((None, count), tf.float32, name) for name in description.inputs[1:]]
    side = description.image_size
    floats = tf.TensorSpec((None, side, side, 3), tf.float32, "images")

    def edited(images, difference, source=None):
        tf.debugging.Assert(not broken, ["it never works"])
        shift = tf.linalg.matvec(difference, WEIGHTS) + offset
        if source is not None:
            shift += source[:, 0] / 8
        return tf.clip_by_value(images + shift[:, None, None, None], -1.0, 1.0)

    module = tf.Module()

    @tf.function(input_signature=[floats, *vectors])
    def edit(images, *given):
        return {"edited": edited(images, *given)}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, "image_bytes"), *vectors])
    def serving_default(image_bytes, *given):
        images = decode_faces(image_bytes, side, description.crop_rule)
        pixels = tf.cast((edited(images, *given) + 1.0) / 2.0 * 255.0, tf.uint8)
        return {
            "edited_bytes": tf.map_fn(
                tf.io.encode_png, pixels, fn_output_signature=tf.TensorSpec((), tf.string)
            )
        }

    @tf.function(input_signature=[floats])
    def classify(images):
        mean = tf.reduce_mean(images, (1, 2, 3))
        return {"probabilities": 0.5 + mean[:, None] + 0.1 * tf.range(count, dtype=tf.float32)}

    module.edit, module.serving_default, module.classify = edit, serving_default, classify
    signatures = {"serving_default": serving_default, "edit": edit}
    if description.has_classifier:
        signatures["classify"] = classify
    tf.saved_model.save(module, str(folder), signatures)
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets" / "model.json").write_text(description.to_json(), encoding="utf-8")
    return folder


def image_file(side=SIZE, value=100, kind="PNG", size=None):
    """An image file of one grey; `size`: width and height, in place of the square of `side`."""
    with io.BytesIO() as file:
        Image.new("RGB", size or (side, side), (value,) * 3).save(file, format=kind)
        return file.getvalue()


def pixels_of(png):
    """uint8 (H, W, 3)."""
    return np.asarray(Image.open(io.BytesIO(png)))
