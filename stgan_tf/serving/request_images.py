"""Prepares photos for sending: the frame and the file format that a served model accepts."""

import io

import numpy as np
from PIL import Image

from stgan_tf.frame import Size
from stgan_tf.image_formats import UnreadableImageError
from stgan_tf.images import resize_bicubic_numpy, to_uint8
from stgan_tf.runtime.inputs import prepare_faces
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving.base64_images import is_base64_image
from stgan_tf.serving.image_files import is_taken, pixels_of, png, upright_size


def fit(image: bytes, description: ModelDescription) -> bytes:
    """The image file in a form that any server accepts: unchanged if it has the model's own size or
    frame and a supported format. For other scales of the frame, the part that the model sees is
    cropped here, since models exported by earlier versions do not do that; other formats become
    PNG.

    Raises ValueError if it is not an image, or not a face aligned as in the model's training data.
    """
    if isinstance(image, str):
        raise ValueError(
            f"An image must be the bytes of its file, not a path or base64. Received: "
            f"{image[:40]!r}, which is text."
        )
    side, rule = description.image_size, description.crop_rule
    own = ((side, side), description.frame)
    try:
        size = Size(*upright_size(image))
        if size in own and is_taken(image):
            return image
        if rule.find(*size) is None:
            raise ValueError(
                f"An image must be {rule.wanted} (width x height): an aligned face. "
                f"Received: {size}. For photos of any size: python -m stgan_tf.edit."
            )
        pixels = pixels_of(image)
    except UnreadableImageError as error:
        if is_base64_image(image):
            raise ValueError(
                "An image is base64 text. Pass the bytes of its file: the client encodes them."
            ) from error
        raise ValueError(f"An image cannot be read: {error}.") from error
    if size not in own:
        pixels = rule.square_of(*size).cut(pixels)
        if pixels.shape[:2] != (side, side):
            pixels = to_uint8(resize_bicubic_numpy(pixels, side))
    return png(pixels)


def model_images(images: list[bytes], description: ModelDescription) -> np.ndarray:
    """float32 (N, S, S, 3) in [-1, 1]: the model's view of images returned by `fit`."""
    faces = [np.asarray(Image.open(io.BytesIO(image)).convert("RGB")) for image in images]
    size, rule = description.image_size, description.crop_rule
    return np.concatenate([prepare_faces(face[None], size, rule) for face in faces])
