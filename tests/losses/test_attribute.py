import numpy as np
import tensorflow as tf

from stgan_tf.losses.attribute import attribute_loss


def test_mean_over_all_elements():
    attributes = tf.constant([[1.0, 0.0], [1.0, 1.0]])
    logits = tf.constant([[0.0, 0.0], [0.0, np.log(3.0)]])
    # -log(1/2) three times and -log(3/4)
    expected = (3 * np.log(2) + np.log(4 / 3)) / 4
    np.testing.assert_allclose(attribute_loss(attributes, logits), expected, rtol=1e-6)
