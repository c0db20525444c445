"""IcGAN's losses (official trainGAN.lua, trainEncoder.lua), and its labels of -1 and 1."""

import tensorflow as tf


def signs(attributes):
    """Attributes in {0, 1} as -1 and 1."""
    return 2.0 * attributes - 1.0


def cross_entropy(logits, target: float, counts=None):
    """Binary cross entropy of logits (b,) against one target, 0 or 1, the mean over the batch;
    `counts` (b,): factors. From logits: Torch7's has probabilities, with 1e-12 in its logarithms.
    """
    losses = tf.nn.softplus(-logits if target else logits)
    return tf.reduce_mean(losses if counts is None else losses * counts)


def squared_error(values, targets):
    """The mean over all elements."""
    return tf.reduce_mean(tf.math.squared_difference(values, targets))
