"""Attribute classification loss (paper equations 9 and 10)."""

import tensorflow as tf


def attribute_loss(attributes, logits):
    """Binary cross entropy, a scalar: the mean over the batch and the attributes.

    `attributes` are labels in {0, 1}, `logits` the predictions before the sigmoid, both (B, A).
    """
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=attributes, logits=logits)
    return tf.reduce_mean(losses)
