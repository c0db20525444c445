"""BatchNormalization against values worked by hand and over two replicas."""

import numpy as np
import tensorflow as tf

from stgan_tf.layers.batch_normalization import BatchNormalization


def test_normalises_with_biased_and_stores_unbiased_variance():
    layer = BatchNormalization(momentum=0.9, epsilon=0.0)
    # One channel, four values 0, 2, 4, 6: mean 3, biased variance 5, unbiased 20/3.
    inputs = tf.reshape(tf.constant([0.0, 2.0, 4.0, 6.0]), (1, 2, 2, 1))
    outputs = layer(inputs, training=True)
    np.testing.assert_allclose(
        tf.reshape(outputs, [-1]), (np.array([0, 2, 4, 6]) - 3) / np.sqrt(5), rtol=1e-5
    )
    np.testing.assert_allclose(layer.moving_mean, [0.1 * 3], rtol=1e-6)
    np.testing.assert_allclose(layer.moving_variance, [0.9 + 0.1 * 20 / 3], rtol=1e-6)


def test_inference_uses_moving_averages_and_changes_nothing():
    layer = BatchNormalization(epsilon=1.0)
    layer.build((None, 1, 1, 1))
    for weight, value in (
        (layer.gamma, 2.0),
        (layer.beta, 1.0),
        (layer.moving_mean, 3.0),
        (layer.moving_variance, 8.0),
    ):
        weight.assign([value])
    outputs = layer(tf.constant([[[[9.0]]]]), training=False)
    np.testing.assert_allclose(outputs, [[[[2 * (9 - 3) / 3 + 1]]]], rtol=1e-5)
    np.testing.assert_allclose(layer.moving_mean, [3.0])


def test_synchronized_replicas_equal_one_device(mirrored):
    values = np.random.default_rng(0).normal(3, 2, (8, 4, 4, 3)).astype(np.float32)
    weights = np.random.default_rng(1).normal(size=values.shape).astype(np.float32)

    def forward_and_gradient(layer, batch, weight):
        with tf.GradientTape() as tape:
            tape.watch(batch)
            outputs = layer(batch, training=True)
            loss = tf.reduce_sum(outputs * weight)
        return outputs, tape.gradient(loss, batch)

    one = BatchNormalization()
    expected = forward_and_gradient(one, tf.constant(values), weights)

    with mirrored.scope():
        layer = BatchNormalization(synchronized=True)
        layer.build((None, 4, 4, 3))

    def rows(array):
        return mirrored.experimental_distribute_values_from_function(
            lambda context: tf.constant(array[4 * context.replica_id_in_sync_group :][:4])
        )

    @tf.function
    def run(batch, weight):
        return mirrored.run(forward_and_gradient, args=(layer, batch, weight))

    results = run(rows(values), rows(weights))
    for ours, theirs in zip(results, expected, strict=True):
        joined = np.concatenate(mirrored.experimental_local_results(ours))
        np.testing.assert_allclose(joined, theirs, atol=2e-5)
    for name in ("moving_mean", "moving_variance"):
        for copy in mirrored.experimental_local_results(getattr(layer, name).value):
            np.testing.assert_allclose(copy, getattr(one, name), rtol=1e-5)
