"""Which part of an image a model sees, as graph operations: the counterpart of
`stgan_tf.frame.CropRule`.

Uses only standard operations on the decoded shape, so that tf.data and TensorFlow Serving can run
them.
"""

import tensorflow as tf

from stgan_tf.frame import WHOLE_ANY, WHOLE_NONE, WHOLE_SQUARE, CropRule, box_at_scale, has_shape
from stgan_tf.squaring import CONTAIN, COVER


def find_box(shape: tf.Tensor, rule: CropRule) -> tuple[tf.Tensor, tf.Tensor]:
    """Like `CropRule.find`: whether an image fits, and its box.

    shape: (2,) height and width. Returns bool () and int32 (4,): top, left, height, width. If the
    image does not fit, the box is the whole image.
    """
    height, width = tf.unstack(tf.cast(shape, tf.int64))
    square = tf.equal(height, width)
    own = square & tf.equal(height, rule.own_side)
    whole = {WHOLE_NONE: own, WHOLE_SQUARE: square, WHOLE_ANY: tf.constant(True)}[rule.whole]
    box = tf.stack([tf.zeros_like(height), tf.zeros_like(height), height, width])
    if rule.box is None:
        return whole, _as_shown(box, rule)
    if rule.frame is None:
        bottom, right = rule.box.top + rule.box.height, rule.box.left + rule.box.width
        framed = (height >= bottom) & (width >= right)
        part = tf.constant(rule.box, tf.int64)
    else:
        framed = has_shape(height, width, rule.frame)
        part = tf.stack(box_at_scale(rule.box, rule.frame, height, width, tf.minimum, tf.maximum))
    framed &= ~own
    return framed | whole, _as_shown(tf.where(framed, part, box), rule)


def _as_shown(box: tf.Tensor, rule: CropRule) -> tf.Tensor:
    """int32 (4,): the box, or its `stgan_tf.squaring.central_square` for COVER."""
    if rule.resize == COVER:
        top, left, height, width = tf.unstack(box)
        side = tf.minimum(height, width)
        box = tf.stack([top + (height - side) // 2, left + (width - side) // 2, side, side])
    return tf.cast(box, tf.int32)


def cut(pixels: tf.Tensor, rule: CropRule, message: str) -> tf.Tensor:
    """The part of `pixels` (H, W, 3) that `rule` resizes to the square, padded if it says so, like
    `CropRule.square_of(H, W).cut`. Fails (InvalidArgumentError) with `message`, height and width if
    the image does not fit.
    """
    shape = tf.shape(pixels)[:2]
    fits, box = find_box(shape, rule)
    with tf.control_dependencies([tf.debugging.Assert(fits, [message, shape])]):
        top, left, height, width = tf.unstack(tf.identity(box))
    part = pixels[top : top + height, left : left + width]
    if rule.resize == CONTAIN:
        side = tf.maximum(height, width)
        part = tf.gather(part, _reflected(height, side), axis=0)
        part = tf.gather(part, _reflected(width, side), axis=1)
    return tf.ensure_shape(part, [None, None, 3])


def _reflected(length: tf.Tensor, side: tf.Tensor) -> tf.Tensor:
    """(side,) int32, like `stgan_tf.squaring.reflected`."""
    period = tf.maximum(2 * (length - 1), 1)
    positions = (tf.range(side) - (side - length) // 2) % period
    return tf.minimum(positions, period - positions)
