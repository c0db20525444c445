"""The gradient penalty with critics whose gradients are known."""

import numpy as np
import tensorflow as tf

from stgan_tf.losses.gradient_penalty import gradient_penalty, interpolate, perturb


def test_linear_critic():
    points = tf.random.stateless_normal((3, 2, 2, 1), (0, 0))
    # D(x) = 2 * sum(x) over 4 values: gradient norm 2 * sqrt(4) = 4, penalty (4 - 1)^2 = 9.
    penalty = gradient_penalty(lambda x: 2 * tf.reduce_sum(x, (1, 2, 3))[:, None], points)
    np.testing.assert_allclose(penalty, 9.0, rtol=1e-6)


def test_norm_is_per_image():
    points = tf.constant([[[[3.0]]], [[[1.0]]]])
    # D(x) = x^2 / 2: gradient norms 3 and 1, penalties 4 and 0.
    penalty = gradient_penalty(lambda x: tf.square(x[:, 0, 0]) / 2, points)
    np.testing.assert_allclose(penalty, 2.0, rtol=1e-5)


def test_flat_critic_has_finite_derivatives():
    weight = tf.Variable(0.0)
    points = tf.ones((2, 2, 2, 1))
    with tf.GradientTape() as tape:
        penalty = gradient_penalty(lambda x: weight * tf.reduce_sum(x, (1, 2, 3))[:, None], points)
    assert np.isfinite(tape.gradient(penalty, weight))
    np.testing.assert_allclose(penalty, 1.0, rtol=1e-5)


def test_points():
    real, fake = tf.zeros((2, 1, 1, 1)), tf.fill((2, 1, 1, 1), 8.0)
    alpha = tf.reshape(tf.constant([0.25, 1.0]), (2, 1, 1, 1))
    np.testing.assert_allclose(tf.reshape(interpolate(real, fake, alpha), [-1]), [2, 8])
    moved = perturb(fake, alpha, beta=tf.fill((2, 1, 1, 1), 0.5), batch_std=4.0)
    np.testing.assert_allclose(tf.reshape(moved, [-1]), [8.25, 9])
