"""Adversarial losses on logits whose losses are known by hand."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.losses.adversarial import ADVERSARIAL_LOSSES

REAL = tf.constant([[1.0], [3.0]])
FAKE = tf.constant([[0.0], [-2.0]])
LOG2 = np.log(2)

#: name -> (critic loss, generator loss)
WORKED = {
    "wgan": (-1 - 2, 1),
    # critic: mean((1-1)^2, (3-1)^2) + mean(0, 4); generator: mean((0-1)^2, (-2-1)^2)
    "lsgan": (2 + 2, 5),
    # -log sigmoid(x) = log(1 + e^-x)
    "dcgan": (
        (np.log1p(np.exp(-1)) + np.log1p(np.exp(-3))) / 2 + (LOG2 + np.log1p(np.exp(-2))) / 2,
        (LOG2 + np.log1p(np.exp(2))) / 2,
    ),
}


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_worked_values(name):
    critic, generator = ADVERSARIAL_LOSSES[name]
    np.testing.assert_allclose(critic(REAL, FAKE), WORKED[name][0], rtol=1e-6)
    np.testing.assert_allclose(generator(FAKE), WORKED[name][1], rtol=1e-6)


def test_dcgan_is_finite_for_large_logits():
    critic, generator = ADVERSARIAL_LOSSES["dcgan"]
    big = tf.constant([[1000.0]])
    np.testing.assert_allclose(critic(-big, big), 2000.0)
    np.testing.assert_allclose(generator(-big), 1000.0)
