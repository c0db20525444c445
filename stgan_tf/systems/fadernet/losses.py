"""FaderNet's losses (official get_attr_loss, and PyTorch's binary_cross_entropy)."""

from collections.abc import Sequence

import tensorflow as tf

#: Probabilities are clipped at this value before the logarithm, which is then at least -85. PyTorch
#: clips the logarithm at -100, whose probability is not a normal float32.
_SMALLEST = 1e-37


def attributes_loss(columns: tf.Tensor, logits: tf.Tensor, sizes: Sequence[int]) -> tf.Tensor:
    """Softmax cross entropy, summed over the categories, a scalar: the mean over images.

    Args:
        columns: One-hot columns (B, C) of all categories.
        logits: (B, C).
        sizes: Number of columns of each category.
    """
    blocks = zip(tf.split(columns, sizes, axis=-1), tf.split(logits, sizes, axis=-1), strict=True)
    losses = [tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x) for y, x in blocks]
    return tf.reduce_mean(tf.add_n(losses))


def binary_loss(target: float, probabilities: tf.Tensor) -> tf.Tensor:
    """Mean binary cross entropy of probabilities (B,) in [0, 1] for one target in [0, 1]."""
    real = tf.math.log(tf.maximum(probabilities, _SMALLEST))
    fake = tf.math.log(tf.maximum(1 - probabilities, _SMALLEST))
    return -tf.reduce_mean(target * real + (1 - target) * fake)
