"""BatchNormalization against values worked by hand and over two replicas."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.keras_versions import tf_variable
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


def test_a_frozen_layer_normalises_with_its_moving_averages_and_keeps_them():
    layer = BatchNormalization(momentum=0.9, epsilon=1.0)
    layer.build((None, 2, 2, 1))
    layer.gamma.assign([2.0])
    layer.beta.assign([1.0])
    layer.moving_mean.assign([3.0])
    layer.moving_variance.assign([8.0])
    layer.trainable = False
    inputs = tf.reshape(tf.constant([0.0, 3.0, 6.0, 9.0]), (1, 2, 2, 1))
    # 2 * (x - 3) / sqrt(8 + 1) + 1
    expected = [-1.0, 1.0, 3.0, 5.0]
    for fused in (True, False):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, training=True, fused=fused)
        np.testing.assert_allclose(tf.reshape(outputs, [-1]), expected, rtol=1e-5)
        np.testing.assert_allclose(tf.reshape(tape.gradient(outputs, inputs), [-1]), 2 / 3, 1e-5)
    assert (float(layer.moving_mean[0]), float(layer.moving_variance[0])) == (3.0, 8.0)
    layer.trainable = True
    layer(inputs, training=True)
    np.testing.assert_allclose(layer.moving_mean, [0.9 * 3 + 0.1 * 4.5], rtol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "mean", "tolerance"),
    [
        ("float32", 3.0, 2e-5),
        # E[x^2] - E[x]^2 would be wrong in its first digit here.
        ("float32", 3000.0, 5e-3),
        ("bfloat16", 3.0, 0.05),
    ],
)
def test_synchronized_replicas_equal_one_device(mirrored, dtype, mean, tolerance):
    rng = np.random.default_rng(0)
    # The replicas' means differ by half a standard deviation.
    values = (rng.normal(mean, 2, (8, 4, 4, 3)) + np.repeat([0, 1], 4)[:, None, None, None]).astype(
        np.float32
    )
    weights = rng.normal(size=values.shape).astype(np.float32)
    values, weights = (tf.cast(array, dtype) for array in (values, weights))
    scale, offset = [0.5, -2.0, 3.0], [1.0, 0.0, -1.0]

    def forward_and_gradients(layer, batch, weight):
        with tf.GradientTape() as tape:
            tape.watch(batch)
            outputs = layer(batch, training=True)
            loss = tf.reduce_sum(tf.cast(outputs * weight, tf.float32))
        return outputs, *tape.gradient(loss, [batch, *map(tf_variable, (layer.gamma, layer.beta))])

    def prepare(layer):
        layer.build((None, 4, 4, 3))
        layer.gamma.assign(scale)
        layer.beta.assign(offset)
        return layer

    one = prepare(BatchNormalization(dtype=dtype))
    expected = forward_and_gradients(one, values, weights)
    with mirrored.scope():
        layer = prepare(BatchNormalization(synchronized=True, dtype=dtype))

    def rows(array):
        return mirrored.experimental_distribute_values_from_function(
            lambda context: array[4 * context.replica_id_in_sync_group :][:4]
        )

    @tf.function(autograph=False)
    def run(batch, weight):
        return mirrored.run(forward_and_gradients, args=(layer, batch, weight))

    results = [
        [tf.cast(part, tf.float32) for part in mirrored.experimental_local_results(result)]
        for result in run(rows(values), rows(weights))
    ]
    expected = [tf.cast(result, tf.float32) for result in expected]
    # The optimisers sum what the replicas find for the weights.
    ours = [np.concatenate(part) for part in results[:2]] + [sum(part) for part in results[2:]]
    for our, their in zip(ours, expected, strict=True):
        largest = np.abs(their).max()
        np.testing.assert_allclose(our, their, atol=tolerance * largest)
        assert largest > 0.5
    for name in ("moving_mean", "moving_variance"):
        for copy in mirrored.experimental_local_results(tf_variable(getattr(layer, name))):
            np.testing.assert_allclose(copy, getattr(one, name), rtol=1e-5)


def test_synchronized_gradient_is_the_derivative(mirrored):
    """Against differences of the loss of both replicas together."""
    rng = np.random.default_rng(0)
    values, weights, direction = rng.normal(size=(3, 4, 2, 1, 2)).astype(np.float32)
    with mirrored.scope():
        layer = BatchNormalization(synchronized=True)
        layer.build((None, 2, 1, 2))
        layer.gamma.assign([0.5, -2.0])

    def share(array):
        return mirrored.experimental_distribute_values_from_function(
            lambda context: tf.constant(array[2 * context.replica_id_in_sync_group :][:2])
        )

    @tf.function(autograph=False)
    def run(batch, weight):
        def loss_and_gradient(batch, weight):
            with tf.GradientTape() as tape:
                tape.watch(batch)
                loss = tf.reduce_sum(tf.square(layer(batch, training=True)) * weight)
            return loss, tape.gradient(loss, batch)

        return mirrored.run(loss_and_gradient, args=(batch, weight))

    def total(array):
        losses, gradients = run(share(array), share(weights))
        parts = mirrored.experimental_local_results
        return sum(map(float, parts(losses))), np.concatenate(parts(gradients))

    step = 1e-2 * direction
    slope = np.sum(total(values)[1] * direction)
    difference = (total(values + step)[0] - total(values - step)[0]) / 2e-2
    np.testing.assert_allclose(slope, difference, rtol=2e-3)
    assert abs(slope) > 0.1
