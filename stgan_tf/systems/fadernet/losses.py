"""FaderNet's losses (official get_attr_loss, and PyTorch's binary_cross_entropy)."""

from collections.abc import Sequence

import tensorflow as tf

#: Below it a probability's logarithm is not followed: PyTorch stops it at -100; this is -85, and
#: a normal float32.
_SMALLEST = 1e-37


def attributes_loss(columns: tf.Tensor, logits: tf.Tensor, sizes: Sequence[int]) -> tf.Tensor:
    """Softmax cross entropy of each category, summed over the categories, the mean over images.

    Args:
        columns: (B, C) in {0, 1}, one column of each category.
        logits: (B, C).
        sizes: Columns of each category.
    """
    blocks = zip(tf.split(columns, sizes, axis=-1), tf.split(logits, sizes, axis=-1), strict=True)
    losses = [tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x) for y, x in blocks]
    return tf.reduce_mean(tf.add_n(losses))


def binary_loss(target: float, probabilities: tf.Tensor) -> tf.Tensor:
    """Binary cross entropy of probabilities (B,) in [0, 1] against one target, the mean."""
    real = tf.math.log(tf.maximum(probabilities, _SMALLEST))
    fake = tf.math.log(tf.maximum(1 - probabilities, _SMALLEST))
    return -tf.reduce_mean(target * real + (1 - target) * fake)
