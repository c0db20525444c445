"""Labels that do not belong to an image, for the discriminator."""

import numpy as np
import tensorflow as tf


def choose_wrong_labels(labels):
    """For each row of `labels` (B, A) the next row, going round, that differs from it.

    The rows are those of a shuffled batch, so that this is a random other image's label, drawn
    again until it differs, as in the official code, which draws from all training images.

    Returns: (the labels (B, A), 1 where there is such a row, else 0 (B,)). Where there is none,
    since all rows are equal, the labels are the image's own and must not count.
    """
    rows = labels.shape[0]
    # (B, B - 1): the other rows' numbers, the next one first.
    others = (np.arange(rows)[:, None] + np.arange(1, rows)) % rows
    differs = tf.reduce_any(labels[:, None] != tf.gather(labels, others), axis=-1)
    first = tf.argmax(tf.cast(differs, tf.int32), axis=1)
    chosen = tf.gather(tf.constant(others), first, batch_dims=1)
    return tf.gather(labels, chosen), tf.cast(tf.reduce_any(differs, axis=1), labels.dtype)
