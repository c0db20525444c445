"""Image files -> cropped uint8 pixels, with errors that name the file.

JPEG, PNG (gray, RGB, RGBA, palette), GIF and BMP, told apart by content. One decoder for all, since
decoding only the crop of a 178x218 JPEG is no faster (measured: both 0.38 ms of one core). JPEGs
decode bit for bit as in the official code (fast integer transform).

TensorFlow's decoding errors do not say which file was read. So a pipeline carries each image's
index along, leaves out what failed (`drop_unreadable`), and compares the indices that arrived with
those that were asked for (`require_read`).
"""

import re
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import tensorflow as tf

from stgan_tf.images import CropBox, contains

#: What `unreadable_message` makes.
_UNREADABLE = re.compile(r"Image .*? set --skip_bad_images to drop it\.", re.DOTALL)


def decoder(box: CropBox | None) -> Callable[[tf.Tensor], tf.Tensor]:
    """A map function from a path to its pixels inside `box`, (h, w, 3) uint8; fails if unreadable
    or too small.
    """

    def decode(path: tf.Tensor) -> tf.Tensor:
        pixels = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
        if box is None:
            return tf.ensure_shape(pixels, [None, None, 3])
        pixels = pixels[box.top : box.top + box.height, box.left : box.left + box.width]
        return tf.ensure_shape(pixels, [box.height, box.width, 3])

    return decode


def drop_unreadable(decoded: tf.data.Dataset) -> tf.data.Dataset:
    """Leaves out the elements that failed, so that the gap shows which they were."""
    return decoded.ignore_errors()


def require_read(
    read: tf.Tensor, expected: tf.Tensor, paths: tf.Tensor, box: CropBox | None
) -> tf.Tensor:
    """Fails with the file's name and what is wrong with it unless the image indices `read` (n,) are
    those `expected` (n,). `paths` (N,) are all images' files. Returns a tensor to depend on.
    """
    differs = read != expected

    def explain() -> tf.Tensor:
        first = tf.gather(paths, expected[tf.argmax(tf.cast(differs, tf.int32))])
        return tf.numpy_function(_raise_unreadable, [first, *(box or ())], tf.bool)

    return tf.cond(tf.reduce_any(differs), explain, lambda: tf.constant(True))


def unreadable_message(path: str, box: CropBox | None) -> str:
    """What is wrong with an image file that failed, and what to do about it."""
    try:
        pixels = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    except tf.errors.OpError as error:
        # Without the graph node's and the operation's names around the reason.
        reason = re.sub(r"\{\{.*?\}\} | \[Op:.*", "", error.message)
        fault = f"cannot be read or decoded ({reason})"
    else:
        height, width = pixels.shape[:2]
        if box is None or contains(height, width, box):
            fault = "could not be read before, but now it can: its storage may be failing"
        else:
            fault = f"is {height}x{width} (height x width), outside which reaches the crop ({box})"
    return f"Image {path} {fault}. Replace it, change --crop, or set --skip_bad_images to drop it."


def name_unreadable(elements: Iterable) -> Iterator:
    """Yields a pipeline's elements. An image that cannot be read ends it with a ValueError that
    says which and why, in place of TensorFlow's error, which has a traceback in its message.
    """
    try:
        yield from elements
    except tf.errors.InvalidArgumentError as error:
        found = _UNREADABLE.search(error.message)
        if found is None:
            raise
        raise ValueError(found[0]) from None


def _raise_unreadable(path: bytes, *box: int) -> None:
    raise ValueError(unreadable_message(path.decode(), CropBox(*map(int, box)) if box else None))


def usable(paths: np.ndarray, box: CropBox | None) -> np.ndarray:
    """(N,) bool: which files decode and hold the box. Reads every file."""
    good = np.zeros(len(paths), bool)
    decode = decoder(box)

    def check(index: tf.Tensor, path: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        # A pixel, since TensorFlow would not decode for a result that needs no pixels.
        return index, decode(path)[0, 0, 0]

    with tf.device("CPU:0"):
        files = tf.data.Dataset.from_tensor_slices((np.arange(len(paths)), _encoded(paths)))
    for indices, _ in drop_unreadable(files.map(check, tf.data.AUTOTUNE)).batch(256):
        good[indices.numpy()] = True
    return good


def path_tensor(paths: np.ndarray) -> tf.Tensor:
    """(N,) str -> (N,) string tensor in host memory."""
    with tf.device("CPU:0"):
        return tf.constant(_encoded(paths))


def _encoded(paths: np.ndarray) -> np.ndarray:
    return np.char.encode(paths, "utf-8")
