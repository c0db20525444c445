"""Image files of every supported format, as the served models' decoders accept them."""

import io

import numpy as np
from PIL import Image

from stgan_tf.alignment.channels import as_rgb
from stgan_tf.alignment.photo import decode_photo
from stgan_tf.image_formats import open_image, orientation_of
from stgan_tf.image_sniffing import sniff

#: Formats that every TensorFlow version decodes like Pillow, if the file is upright and `plain`.
FORMATS = ("JPEG", "PNG")


def upright_size(data: bytes) -> tuple[int, int]:
    """Height and width of the upright image. Reads only headers. Raises UnreadableImageError if it
    is not an image.
    """
    with open_image(io.BytesIO(data)) as image:
        sides = (image.height, image.width)
        return sides if orientation_of(image) < 5 else sides[::-1]


def is_taken(data: bytes) -> bool:
    """Whether a served model decodes the file like Pillow."""
    kind = sniff(io.BytesIO(data))
    return kind.format in FORMATS and kind.plain and kind.orientation == 1


def pixels_of(data: bytes) -> np.ndarray:
    """uint8 (H, W, 3), upright, without transparency. Raises UnreadableImageError."""
    return as_rgb(decode_photo(io.BytesIO(data)).pixels)


def png(pixels: np.ndarray) -> bytes:
    """A PNG file of uint8 pixels (H, W, 3)."""
    with io.BytesIO() as file:
        Image.fromarray(pixels).save(file, format="PNG")
        return file.getvalue()
