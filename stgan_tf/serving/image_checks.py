"""Checks images before they are decoded: format, size, and the memory that decoding would need."""

from collections.abc import Sequence

from stgan_tf.frame import CropRule
from stgan_tf.image_formats import UnreadableImageError
from stgan_tf.serving.api_error import ApiError, invalid
from stgan_tf.serving.base64_images import is_base64_image
from stgan_tf.serving.image_files import is_taken, pixels_of, png, upright_size


def check_images(images: Sequence[bytes], rule: CropRule, max_pixels: int) -> list[bytes]:
    """The images in a form that the model's signature can decode: JPEG and PNG files as they are,
    others (WebP, TIFF, ..., and rotated photos) as upright PNG files.

    Raises ApiError 400 for the first image that cannot be read (`stgan_tf.image_formats`), has more
    than `max_pixels`, or has a size that `rule` does not accept. Headers are read first: a small
    file that would decompress to gigabytes costs nothing.
    """
    for number, data in enumerate(images):
        height, width = _header_size(number, data)
        if height * width > max_pixels:
            raise invalid(
                f"Image {number} has too many pixels: at most {max_pixels}. Received: "
                f"{width}x{height}."
            )
        if rule.find(height, width) is None:
            raise invalid(
                f"Image {number} must be {rule.wanted} (width x height). Received: "
                f"{width}x{height}."
            )
    return [_as_taken(number, data) for number, data in enumerate(images)]


def _header_size(number: int, data: bytes) -> tuple[int, int]:
    try:
        return upright_size(data)
    except UnreadableImageError as error:
        if is_base64_image(data):
            raise invalid(
                f"Image {number} is base64 text where image bytes are expected. Send base64 as "
                '{"b64": "..."}, encoded once and without a data: prefix.'
            ) from error
        raise _unreadable(number, error) from error


def _as_taken(number: int, data: bytes) -> bytes:
    if is_taken(data):
        return data
    try:
        return png(pixels_of(data))
    except UnreadableImageError as error:
        raise _unreadable(number, error) from error


def _unreadable(number: int, error: UnreadableImageError) -> ApiError:
    return invalid(f"Image {number} cannot be read: {error}.")
