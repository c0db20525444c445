"""Leaky ReLU that is also exact in float64."""

import tensorflow as tf


def leaky_relu(values, slope):
    """`values` where they are positive, else slope * values, with 0 < slope < 1."""
    if values.dtype == tf.float64:
        # tf.nn.leaky_relu stores its slope as float32, an error of 2e-8.
        return tf.maximum(values, slope * values)
    return tf.nn.leaky_relu(values, slope)
