"""Which part of an image a model sees, inside a graph: the twin of `stgan_tf.frame.CropRule`.

Plain operations on the decoded shape, so that tf.data and TensorFlow Serving run them.
"""

import tensorflow as tf

from stgan_tf.frame import WHOLE_ANY, WHOLE_NONE, WHOLE_SQUARE, CropRule, box_at_scale, has_shape


def find_box(shape: tf.Tensor, rule: CropRule) -> tuple[tf.Tensor, tf.Tensor]:
    """(whether an image fits, its box), as `CropRule.find`.

    shape: (2,) height and width. Returns bool () and int32 (4,): top, left, height, width; the box
    of an image that does not fit is the whole image.
    """
    height, width = tf.unstack(tf.cast(shape, tf.int64))
    square = tf.equal(height, width)
    own = square & tf.equal(height, rule.own_side)
    whole = {WHOLE_NONE: own, WHOLE_SQUARE: square, WHOLE_ANY: tf.constant(True)}[rule.whole]
    box = tf.stack([tf.zeros_like(height), tf.zeros_like(height), height, width])
    if rule.box is None:
        return whole, tf.cast(box, tf.int32)
    if rule.frame is None:
        bottom, right = rule.box.top + rule.box.height, rule.box.left + rule.box.width
        framed = (height >= bottom) & (width >= right)
        part = tf.constant(rule.box, tf.int64)
    else:
        framed = has_shape(height, width, rule.frame)
        part = tf.stack(box_at_scale(rule.box, rule.frame, height, width, tf.minimum, tf.maximum))
    framed &= ~own
    return framed | whole, tf.cast(tf.where(framed, part, box), tf.int32)


def cut(pixels: tf.Tensor, rule: CropRule, message: str) -> tf.Tensor:
    """The part of `pixels` (H, W, 3) that `rule` takes; fails with `message`, height and width
    (InvalidArgumentError) where the image does not fit.
    """
    shape = tf.shape(pixels)[:2]
    fits, box = find_box(shape, rule)
    with tf.control_dependencies([tf.debugging.Assert(fits, [message, shape])]):
        top, left, height, width = tf.unstack(tf.identity(box))
    return tf.ensure_shape(pixels[top : top + height, left : left + width], [None, None, 3])
