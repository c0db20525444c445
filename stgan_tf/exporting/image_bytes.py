"""Decodes and encodes images in the graph: what `serving_default` does around the network.

Uses only standard operations, so that TensorFlow Serving can run them.
"""

import tensorflow as tf

from stgan_tf.data.framing import cut
from stgan_tf.frame import CropRule
from stgan_tf.images import resize_bicubic, to_uint8_tensor


def decode_faces(image_bytes: tf.Tensor, size: int, rule: CropRule) -> tf.Tensor:
    """JPEG, PNG, GIF or BMP (N,) string -> float32 (N, size, size, 3) in [-1, 1].

    An image of size x size is used as it is, one in the model's frame (at any scale) is cropped and
    resized as in training, a square one is resized, and so is any picture if the model sees whole
    ones of any shape. Any other image fails with InvalidArgumentError, which TensorFlow Serving
    reports as status 400.
    """
    spec = tf.TensorSpec((size, size, 3), tf.float32)
    return tf.map_fn(
        lambda encoded: _decode_face(encoded, size, rule), image_bytes, fn_output_signature=spec
    )


def _decode_face(encoded: tf.Tensor, size: int, rule: CropRule) -> tf.Tensor:
    pixels = tf.io.decode_image(encoded, channels=3, expand_animations=False)
    part = cut(
        pixels,
        rule,
        f"An image must be {rule.wanted} (width x height). Received height and width:",
    )
    # Images of the model's own size are resized too, which does not change them: in a tf.cond, the
    # other branch was run as well, and failed (TensorFlow 2.21).
    return resize_bicubic(part[None], size)[0]


def encode_faces(images: tf.Tensor) -> tf.Tensor:
    """float32 (N, S, S, 3) in [-1, 1] -> PNG (N,) string, converted as by
    `stgan_tf.images.to_uint8`.
    """
    pixels = to_uint8_tensor(images)
    return tf.map_fn(tf.io.encode_png, pixels, fn_output_signature=tf.TensorSpec((), tf.string))
