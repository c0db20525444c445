"""Image files -> upright, cropped uint8 pixels, with errors that name the file.

TensorFlow decodes JPEG, PNG, WebP and BMP, recognised by content; `image_sources` has converted all
others to PNG. There is one decoder for all, since decoding only the crop of a 178x218 JPEG is no
faster (measured: 0.38 ms on one core either way). JPEGs decode bit-identically to the official code
(fast integer DCT).

TensorFlow's decoding errors do not name the file. So a pipeline carries each image's index along,
drops what failed (`drop_unreadable`), and compares the indices that arrived with those that were
requested (`require_read`). `name_unreadable` then diagnoses the file in the consuming thread: no
Python runs inside a pipeline, because an abandoned pipeline waits for its Python calls to end while
they wait for the interpreter lock.
"""

import re
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import tensorflow as tf

from stgan_tf.alignment.photo import read_photo
from stgan_tf.config.data import DataConfig
from stgan_tf.data.framing import cut
from stgan_tf.data.image_table import ImageTable
from stgan_tf.frame import CropRule

_MARK = "unreadable image"
#: Finds the image's index in the error that `require_read` raises.
_INDEX = re.compile(rf"\[{_MARK}\] \[(\d+)\]")


def decode_pixels(file: tf.Tensor, orientation: tf.Tensor | None) -> tf.Tensor:
    """Decodes a file to (h, w, 3) uint8 and applies the EXIF `orientation` (an integer from 1 to 8;
    None: already upright). Drops the alpha channel. Fails if the file is unreadable.
    """
    pixels = tf.io.decode_image(tf.io.read_file(file), channels=3, expand_animations=False)
    pixels = tf.ensure_shape(pixels, [None, None, 3])
    return pixels if orientation is None else _upright(pixels, orientation)


def decoder(rule: CropRule) -> Callable[..., tf.Tensor]:
    """A map function from a file and its orientation (`decode_pixels`) to the part of its pixels
    that `rule` selects, (h, w, 3) uint8; fails if the file is unreadable or its size does not fit.
    """

    def decode(file: tf.Tensor, orientation: tf.Tensor | None = None) -> tf.Tensor:
        pixels = decode_pixels(file, orientation)
        return cut(pixels, rule, "An image does not fit --crop. Height and width:")

    return decode


def reader(table: ImageTable, rule: CropRule) -> Callable[[tf.Tensor], tf.Tensor]:
    """A map function from an image's index in `table` to the output of `decoder`."""
    files, decode = path_tensor(table.files), decoder(rule)
    if (table.orientations == 1).all():
        return lambda index: decode(tf.gather(files, index))
    with tf.device("CPU:0"):
        orientations = tf.constant(table.orientations)
    return lambda index: decode(tf.gather(files, index), tf.gather(orientations, index))


def _upright(pixels: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    """The eight EXIF orientations: transposed or not, then each axis mirrored or not."""
    orientation = tf.cast(orientation, tf.int32)
    pixels = tf.cond(orientation >= 5, lambda: tf.transpose(pixels, [1, 0, 2]), lambda: pixels)
    rows = (orientation == 3) | (orientation == 4) | (orientation >= 7)
    columns = (orientation == 2) | (orientation == 3) | (orientation == 6) | (orientation == 7)
    pixels = tf.raw_ops.Reverse(tensor=pixels, dims=tf.stack([rows, columns, False]))
    return tf.ensure_shape(pixels, [None, None, 3])


def drop_unreadable(decoded: tf.data.Dataset) -> tf.data.Dataset:
    """Drops the elements that failed; the gap shows which ones they were."""
    return decoded.ignore_errors()


def require_read(read: tf.Tensor, expected: tf.Tensor) -> tf.Operation:
    """Fails with an error that identifies the image for `name_unreadable` unless the image indices
    `read` (n,) are those `expected` (n,). Returns an operation to depend on.
    """
    differs = read != expected
    first = expected[tf.argmax(tf.cast(differs, tf.int32))]
    return tf.debugging.Assert(~tf.reduce_any(differs), [_MARK, first])


def fault_of(path: str, rule: CropRule) -> str:
    """Diagnoses an image file that failed to load."""
    try:
        pixels = read_photo(path).pixels
    except (ValueError, OSError) as error:
        return str(error)
    try:
        rule.box_of(*pixels.shape[:2])
    except ValueError as error:
        return f"The image {path} {error}"
    try:
        decode_pixels(tf.constant(path), None)
    except tf.errors.OpError as error:
        # The reason without the names of the graph node and the operation.
        reason = re.sub(r"\{\{.*?\}\} | \[Op:.*", "", error.message)
        return f"TensorFlow cannot decode {path} ({reason}), though Pillow can: re-save it."
    return (
        f"The image {path} could not be read before, but can be now: its storage may be failing, "
        "or the file was still being written."
    )


def unreadable_message(path: str, rule: CropRule) -> str:
    """The diagnosis of an image file that failed to load, and what to do about it."""
    return f"{fault_of(path, rule)} Replace it, or set --skip_bad_images to drop it."


def name_unreadable(elements: Iterable, table: ImageTable, config: DataConfig) -> Iterator:
    """Yields the elements of a pipeline over `table`. If an image cannot be read, raises a
    ValueError that says which one and why, in place of TensorFlow's error.
    """
    try:
        yield from elements
    except tf.errors.InvalidArgumentError as error:
        found = _INDEX.search(error.message)
        if found is None:
            raise
        path = str(table.paths[int(found[1])])
        raise ValueError(unreadable_message(path, config.crop_rule)) from None


@tf.autograph.experimental.do_not_convert
def usable(table: ImageTable, rule: CropRule) -> np.ndarray:
    """(N,) bool: which images can be decoded and fit `rule`. Reads every file."""
    good = np.zeros(len(table), bool)
    read = reader(table, rule)

    def check(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        # Returns a pixel, since TensorFlow would skip decoding if no pixels were needed.
        return index, read(index)[0, 0, 0]

    indices = tf.data.Dataset.range(len(table))
    for batch, _ in drop_unreadable(indices.map(check, tf.data.AUTOTUNE)).batch(256):
        good[batch.numpy()] = True
    return good


def path_tensor(paths: np.ndarray) -> tf.Tensor:
    """(N,) str -> (N,) string tensor in host memory."""
    with tf.device("CPU:0"):
        return tf.constant(np.char.encode(paths, "utf-8"))
