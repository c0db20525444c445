"""IcGAN's losses (official trainGAN.lua and trainEncoder.lua), and its labels of -1 and 1."""

import tensorflow as tf


def signs(attributes):
    """Converts attributes in {0, 1} to -1 and 1."""
    return 2.0 * attributes - 1.0


def cross_entropy(logits, target: float, counts=None):
    """Mean binary cross entropy of logits (b,) for one target, 0 or 1, a scalar.

    `counts` (b,) are factors of the images' losses. Torch7 takes probabilities instead of logits
    and adds 1e-12 inside its logarithms.
    """
    losses = tf.nn.softplus(-logits if target else logits)
    return tf.reduce_mean(losses if counts is None else losses * counts)


def squared_error(values, targets):
    """Mean squared error over all elements, a scalar."""
    return tf.reduce_mean(tf.math.squared_difference(values, targets))
