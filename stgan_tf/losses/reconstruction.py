"""Reconstruction loss (paper equation 7)."""

import tensorflow as tf


def reconstruction_loss(images, reconstructions):
    """L1 loss, a scalar: the mean absolute difference of images (B, H, W, 3) in [-1, 1]."""
    return tf.reduce_mean(tf.abs(images - reconstructions))
