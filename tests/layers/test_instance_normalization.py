"""InstanceNormalization against values worked by hand."""

import numpy as np
import tensorflow as tf

from stgan_tf.layers.instance_normalization import InstanceNormalization


def test_normalises_each_image_and_channel():
    layer = InstanceNormalization(epsilon=0.0)
    image = tf.stack([tf.constant([[1.0, 3.0]]), tf.constant([[10.0, 30.0]])], axis=-1)
    batch = tf.stack([image, image * 5 + 7])
    np.testing.assert_allclose(
        layer(batch), np.broadcast_to([[[-1, -1], [1, 1]]], (2, 1, 2, 2)), atol=1e-5
    )


def test_scale_shift_and_epsilon():
    layer = InstanceNormalization(epsilon=3.0)
    layer.build((None, 1, 2, 1))
    layer.gamma.assign([4.0])
    layer.beta.assign([0.5])
    # mean 2, variance 1, sqrt(1 + 3) = 2
    outputs = layer(tf.constant([[[[1.0], [3.0]]]]))
    np.testing.assert_allclose(tf.reshape(outputs, [-1]), [-2 + 0.5, 2 + 0.5], rtol=1e-6)


def test_statistics_stay_float32_under_bfloat16():
    layer = InstanceNormalization(dtype="mixed_bfloat16")
    values = tf.cast(tf.random.stateless_normal((2, 8, 8, 3), (0, 0)) + 20, tf.bfloat16)
    outputs = layer(values)
    assert outputs.dtype == tf.bfloat16
    np.testing.assert_allclose(
        tf.math.reduce_std(tf.cast(outputs, tf.float32), axis=(1, 2)), np.ones((2, 3)), atol=0.01
    )
