"""Image conventions, each defined once: value ranges, crop boxes, the official resize, grids, PNG.

Outside the networks an image is uint8 (H, W, 3) RGB in 0..255; inside it is float32 in [-1, 1].
Only `resize_bicubic` and `to_uint8_tensor` need TensorFlow, and import it when called;
`resize_bicubic_numpy` and `to_uint8` are their counterparts for code without TensorFlow.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from stgan_tf.files import write_with

if TYPE_CHECKING:
    import tensorflow as tf

#: Coefficient of TensorFlow's legacy bicubic kernel (TF 2's tf.image.resize has -0.5).
_BICUBIC_A = -0.75
#: Size of TensorFlow's lookup table for the kernel: positions between two pixels.
_BICUBIC_TABLE_SIZE = 1024


class CropBox(NamedTuple):
    """A rectangle of an image, in pixels: rows top..top+height-1, columns left..left+width-1."""

    top: int
    left: int
    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.height}x{self.width} at row {self.top}, column {self.left}"


def to_float(images: np.ndarray) -> np.ndarray:
    """uint8 (...) in 0..255 -> float32 (...) in [-1, 1]."""
    return np.asarray(images, np.float32) / np.float32(127.5) - np.float32(1)


def to_uint8(images: np.ndarray) -> np.ndarray:
    """float32 (...) in [-1, 1] -> uint8 (...). Values outside the range are clipped, and fractions
    are truncated, not rounded: the paper's numbers are measured on images written that way. Raises
    ValueError for NaN or infinity.
    """
    scaled = (np.asarray(images, np.float32) + 1) / 2 * 255
    if not np.isfinite(scaled).all():
        raise ValueError("Images must be finite numbers. Received: NaN or infinity.")
    return np.clip(scaled, 0, 255).astype(np.uint8)


def to_uint8_tensor(images: "tf.Tensor") -> "tf.Tensor":
    """`to_uint8` inside a graph, with bit-identical results. It cannot raise: the caller checks for
    NaN.
    """
    import tensorflow as tf

    scaled = (tf.cast(images, tf.float32) + 1) / 2 * 255
    return tf.cast(tf.clip_by_value(scaled, 0.0, 255.0), tf.uint8)


def contains(height: int, width: int, box: CropBox) -> bool:
    """Whether an image of `height` x `width` pixels contains the whole box."""
    return box.top + box.height <= height and box.left + box.width <= width


def crop(images: np.ndarray, box: CropBox | None) -> np.ndarray:
    """(..., H, W, C) -> (..., box.height, box.width, C), a view; None leaves the images whole.
    Raises ValueError if the box extends beyond the image.
    """
    if box is None:
        return images
    height, width = images.shape[-3:-1]
    if not contains(height, width, box):
        raise ValueError(
            f"The crop box ({box}) extends beyond an image of {height}x{width} (height x width). "
            "Choose another --crop; none uses the whole image."
        )
    return images[..., box.top : box.top + box.height, box.left : box.left + box.width, :]


def bicubic_matrix(input_size: int, output_size: int) -> np.ndarray:
    """(output_size, input_size) float32: TensorFlow 1's bicubic resize along one axis, as a matrix.

    Output i samples input position i * input_size / output_size (no half-pixel centres, no
    antialiasing); the four taps are clamped at the border.
    """
    scale = np.float32(input_size) / np.float32(output_size)
    position = np.arange(output_size, dtype=np.float32) * scale
    first = np.floor(position).astype(np.int64)
    fraction = np.round((position - first).astype(np.float64) * _BICUBIC_TABLE_SIZE)
    fraction /= _BICUBIC_TABLE_SIZE

    def near(x: np.ndarray) -> np.ndarray:  # distance 0..1
        return ((_BICUBIC_A + 2) * x - (_BICUBIC_A + 3)) * x * x + 1

    def far(x: np.ndarray) -> np.ndarray:  # distance 1..2
        return ((_BICUBIC_A * x - 5 * _BICUBIC_A) * x + 8 * _BICUBIC_A) * x - 4 * _BICUBIC_A

    weights = (far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction))
    matrix = np.zeros((output_size, input_size), np.float64)
    for offset, weight in zip((-1, 0, 1, 2), weights, strict=True):
        taps = np.clip(first + offset, 0, input_size - 1)
        np.add.at(matrix, (np.arange(output_size), taps), weight)
    return matrix.astype(np.float32)


def resize_bicubic_numpy(images: np.ndarray, size: int) -> np.ndarray:
    """uint8 (..., h, w, 3) -> float32 (..., size, size, 3) in [-1, 1]; see `resize_bicubic`."""
    rows = bicubic_matrix(images.shape[-3], size)
    columns = bicubic_matrix(images.shape[-2], size)
    pixels = np.einsum("ah,...hwc->...awc", rows, images.astype(np.float32), optimize=True)
    pixels = np.einsum("bw,...awc->...abc", columns, pixels, optimize=True)
    return to_float(np.clip(pixels, 0, 255))


def resize_bicubic(images: "tf.Tensor", size: int) -> "tf.Tensor":
    """The official preprocessing: uint8 (B, h, w, 3) -> float32 (B, size, size, 3) in [-1, 1].

    TensorFlow 1's bicubic (see `bicubic_matrix`), clipped to 0..255 because it overshoots. The
    kernel reads uint8 and takes 0.3 ms on one core for 170 -> 128; two dense matrix products took
    0.8 ms (measured on 2 cores).
    """
    import tensorflow as tf

    resized = tf.raw_ops.ResizeBicubic(
        images=images, size=[size, size], align_corners=False, half_pixel_centers=False
    )
    return tf.clip_by_value(resized, 0.0, 255.0) / 127.5 - 1.0


def tile_images(
    rows: Sequence[Sequence[np.ndarray]], separator: int = 2, separator_value: int = 255
) -> np.ndarray:
    """Tiles `rows` of uint8 images (H, W, 3) into one image (H', W', 3), with `separator` pixels of
    `separator_value` between neighbours. Raises ValueError unless all images have the same shape
    and all rows the same length.
    """
    lengths = sorted({len(row) for row in rows})
    if len(lengths) != 1 or lengths == [0]:
        raise ValueError(
            "A grid needs non-empty rows of equal length. "
            f"Received: rows of {lengths or 'no'} images."
        )
    shapes = {np.shape(image) for row in rows for image in row}
    kinds = {np.asarray(image).dtype.name for row in rows for image in row}
    if len(shapes) != 1 or kinds != {"uint8"} or len(next(iter(shapes))) != 3:
        raise ValueError(
            "A grid needs uint8 images (H, W, 3) of equal shape. "
            f"Received: shapes {sorted(shapes)}, types {sorted(kinds)}."
        )
    height, width, channels = next(iter(shapes))
    step_y, step_x = height + separator, width + separator
    canvas = np.full(
        (len(rows) * step_y - separator, lengths[0] * step_x - separator, channels),
        separator_value,
        np.uint8,
    )
    for i, row in enumerate(rows):
        for j, image in enumerate(row):
            top, left = i * step_y, j * step_x
            canvas[top : top + height, left : left + width] = image
    return canvas


def save_png(path: Path | str, image: np.ndarray) -> None:
    """Writes a uint8 image (H, W, 3) as a PNG file, atomically; ValueError for other arrays."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[-1] != 3:
        raise ValueError(
            "save_png takes uint8 (H, W, 3); use to_uint8 first. "
            f"Received: {image.dtype} {image.shape}."
        )
    write_with(path, lambda temporary: Image.fromarray(image).save(temporary, format="PNG"))
