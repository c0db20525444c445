"""Attribute classification loss (paper equations 9 and 10)."""

import tensorflow as tf


def attribute_loss(attributes, logits):
    """Binary cross entropy, mean over all (B, A) elements; attributes in {0, 1}."""
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=attributes, logits=logits)
    return tf.reduce_mean(losses)
