"""Encoded images in and out of a graph: what `serving_default` does around the network.

Plain operations only, so that TensorFlow Serving runs them.
"""

import tensorflow as tf

from stgan_tf.exporting.inputs import ALIGNED_FRAME
from stgan_tf.images import CropBox, resize_bicubic, to_uint8_tensor


def decode_faces(image_bytes: tf.Tensor, size: int, box: CropBox | None) -> tf.Tensor:
    """JPEG, PNG, GIF or BMP (N,) string -> float32 (N, size, size, 3) in [-1, 1].

    An image of size x size is taken as it is, one of 218x178 (where the model has a crop of
    CelebA's aligned frame) is cropped and resized as the training images were. Any other fails
    with InvalidArgumentError, which TensorFlow Serving answers with 400.
    """
    spec = tf.TensorSpec((size, size, 3), tf.float32)
    return tf.map_fn(
        lambda encoded: _decode_face(encoded, size, box), image_bytes, fn_output_signature=spec
    )


def _decode_face(encoded: tf.Tensor, size: int, box: CropBox | None) -> tf.Tensor:
    pixels = tf.io.decode_image(encoded, channels=3, expand_animations=False)
    shape = tf.shape(pixels)[:2]
    known = tf.reduce_all(shape == (size, size))
    names = f"{size}x{size}"
    whole = region = tf.constant(CropBox(0, 0, size, size))
    # A model of whole images has no crop, so there is no other frame that it knows.
    if box is not None:
        aligned = tf.reduce_all(shape == ALIGNED_FRAME)
        known |= aligned
        names += f" or {ALIGNED_FRAME[0]}x{ALIGNED_FRAME[1]}"
        region = tf.where(aligned, tf.constant(box), whole)
    message = f"An image must be {names} pixels (height x width). Received height and width:"
    with tf.control_dependencies([tf.debugging.Assert(known, [message, shape])]):
        top, left, height, width = tf.unstack(tf.identity(region))
    part = pixels[top : top + height, left : left + width]
    # Both frames go through the resize, which at the same size changes nothing. With a tf.cond
    # around it the branch of the other frame was run as well, and failed (TensorFlow 2.21).
    return resize_bicubic(part[None], size)[0]


def encode_faces(images: tf.Tensor) -> tf.Tensor:
    """float32 (N, S, S, 3) in [-1, 1] -> PNG (N,) string, by `stgan_tf.images.to_uint8`'s rule."""
    pixels = to_uint8_tensor(images)
    return tf.map_fn(tf.io.encode_png, pixels, fn_output_signature=tf.TensorSpec((), tf.string))
