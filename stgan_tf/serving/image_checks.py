"""Images looked at before they are decoded: kind, size, and what a decoder would have to hold."""

import io
import struct
from collections.abc import Sequence

from PIL import Image, UnidentifiedImageError

from stgan_tf.serving.api_error import invalid
from stgan_tf.serving.base64_images import is_base64_image
from stgan_tf.serving.request_images import FORMATS

#: What Pillow raises for damaged headers; its own list, and zlib's errors as OSError, ValueError.
_DAMAGED = (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError, struct.error)


def check_images(
    images: Sequence[bytes], frames: Sequence[tuple[int, int]], max_pixels: int
) -> None:
    """Raises ApiError 400 for the first image that is no JPEG or PNG, has more than `max_pixels`,
    or is not of one of `frames` (height, width). Only headers are read: a small file that would
    unpack into gigabytes costs nothing.
    """
    for number, data in enumerate(images):
        height, width = _header_size(number, data)
        if height * width > max_pixels:
            raise invalid(
                f"Image {number} has too many pixels: at most {max_pixels}. Received: "
                f"{width}x{height}."
            )
        if (height, width) not in frames:
            wanted = " or ".join(f"{w}x{h}" for h, w in frames)
            raise invalid(
                f"Image {number} must be {wanted} pixels (width x height). Received: "
                f"{width}x{height}."
            )


def _header_size(number: int, data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return image.height, image.width
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise invalid(f"Image {number} has too many pixels: {error}") from error
    except UnidentifiedImageError as error:
        if is_base64_image(data):
            raise invalid(
                f"Image {number} is base64 text, which is read as the image itself. Send base64 as "
                '{"b64": "..."}, encoded once and without data: before it.'
            ) from error
        raise invalid(
            f"Image {number} must be a JPEG or PNG file. Received: {len(data)} bytes of another "
            "kind."
        ) from error
    except _DAMAGED as error:
        raise invalid(f"Image {number} is damaged: {error}") from error
