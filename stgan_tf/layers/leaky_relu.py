"""Leaky ReLU that is exact in float64 too."""

import tensorflow as tf


def leaky_relu(values, slope):
    """`values` where they are above 0, else slope * values; 0 < slope < 1."""
    if values.dtype == tf.float64:
        # tf.nn.leaky_relu keeps its slope as float32: 2e-8 off.
        return tf.maximum(values, slope * values)
    return tf.nn.leaky_relu(values, slope)
