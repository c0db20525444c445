"""Labels of other images, for the discriminator."""

import numpy as np
import tensorflow as tf


def choose_wrong_labels(labels):
    """For each row of `labels` (B, A), the next row (cyclically) that differs from it.

    The rows are those of a shuffled batch, so this is the label of a random other image, redrawn
    until it differs, as in the official code (which draws from all training images).

    Returns: (labels (B, A), (B,) of 1 for rows that have such a label, else 0). If all rows are
    equal, the labels are the images' own and must not count.
    """
    rows = labels.shape[0]
    # (B, B - 1): the indices of the other rows, starting with the next one.
    others = (np.arange(rows)[:, None] + np.arange(1, rows)) % rows
    differs = tf.reduce_any(labels[:, None] != tf.gather(labels, others), axis=-1)
    first = tf.argmax(tf.cast(differs, tf.int32), axis=1)
    chosen = tf.gather(tf.constant(others), first, batch_dims=1)
    return tf.gather(labels, chosen), tf.cast(tf.reduce_any(differs, axis=1), labels.dtype)
