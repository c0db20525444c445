"""Photos made fit to be sent: the frame and the file format a served model takes."""

import io

import numpy as np
from PIL import Image

from stgan_tf.exporting.inputs import ALIGNED_FRAME, prepare_faces
from stgan_tf.image_formats import UnreadableImageError
from stgan_tf.images import resize_bicubic_numpy, to_uint8
from stgan_tf.model_description import ModelDescription
from stgan_tf.serving.base64_images import is_base64_image
from stgan_tf.serving.image_files import is_taken, pixels_of, png, upright_size


def frames(description: ModelDescription) -> tuple[tuple[int, int], ...]:
    """(height, width) of the images that the model's default signature takes."""
    own = (description.image_size, description.image_size)
    return (own,) if description.crop_box is None else (own, ALIGNED_FRAME)


def fit(image: bytes, description: ModelDescription) -> bytes:
    """The image file as the model takes it: itself, where its frame and format fit; square images
    of another size are resized, other formats become PNG.

    Raises ValueError for what is no image, or no face cut out as the model was trained on.
    """
    if isinstance(image, str):
        raise ValueError(
            f"An image must be the bytes of its file, neither a path nor base64. Received: "
            f"{image[:40]!r}, which is text."
        )
    try:
        size = upright_size(image)
        if size in frames(description) and is_taken(image):
            return image
        if size not in frames(description) and size[0] != size[1]:
            wanted = " or ".join(f"{w}x{h}" for h, w in frames(description))
            raise ValueError(
                f"An image must be {wanted} (width x height) or square: a face already cut out. "
                f"Received: {size[1]}x{size[0]}. For photos of any size: python -m stgan_tf.edit."
            )
        pixels = pixels_of(image)
    except UnreadableImageError as error:
        if is_base64_image(image):
            raise ValueError(
                "An image is base64 text. Give the bytes of its file: the client encodes them."
            ) from error
        raise ValueError(f"An image cannot be read: {error}.") from error
    if size not in frames(description):
        pixels = to_uint8(resize_bicubic_numpy(pixels, description.image_size))
    return png(pixels)


def model_images(images: list[bytes], description: ModelDescription) -> np.ndarray:
    """float32 (N, S, S, 3) in [-1, 1]: what the model sees of images that `fit` returned."""
    faces = [np.asarray(Image.open(io.BytesIO(image)).convert("RGB")) for image in images]
    size, box = description.image_size, description.crop_box
    return np.concatenate([prepare_faces(face[None], size, box) for face in faces])
