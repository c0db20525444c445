import numpy as np
import tensorflow as tf

from stgan_tf.layers.attribute_injection import AttributeInjection, enlarge, spread


def test_vectors_are_spread_over_all_pixels_in_order():
    maps = tf.reshape(tf.range(8.0), (1, 2, 2, 2))
    outputs = AttributeInjection()(
        [
            maps,
            tf.constant([[1.0, -1.0]]),
        ]
    )
    np.testing.assert_array_equal(outputs[..., :2], maps)
    np.testing.assert_array_equal(outputs[..., 2], np.ones((1, 2, 2)))
    np.testing.assert_array_equal(outputs[..., 3], -np.ones((1, 2, 2)))


def test_enlarging_equals_tiling_bit_for_bit():
    vectors = tf.constant([[0.1, -1.5, 1 / 3], [7.0, 1e-8, -0.0]])
    maps = tf.zeros((2, 3, 5, 1))
    np.testing.assert_array_equal(enlarge(vectors, maps), spread(vectors, maps))
