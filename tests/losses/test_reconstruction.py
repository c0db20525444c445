import numpy as np
import tensorflow as tf

from stgan_tf.losses.reconstruction import reconstruction_loss


def test_mean_absolute_difference():
    images = tf.constant([[[[0.0, 1.0, -1.0]]]])
    np.testing.assert_allclose(reconstruction_loss(images, tf.zeros_like(images)), 2 / 3)
