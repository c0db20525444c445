"""FusedAdam against the formula and against keras.optimizers.Adam."""

import keras
import numpy as np

from stgan_tf.training.adam import FusedAdam


def test_two_worked_steps():
    optimizer = FusedAdam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0)
    variable = keras.Variable([1.0])
    optimizer.build([variable])
    # Step 1: m = 1, v = 1, rate 0.1 * sqrt(1 - .75) / (1 - .5) = 0.1, moved by 0.1 * 1 / 1.
    optimizer.apply([np.float32([2.0])], [variable])
    np.testing.assert_allclose(variable.numpy(), [0.9], rtol=1e-6)
    # Step 2: m = .5 + 0 = .5, v = .75, rate 0.1 * sqrt(1 - .5625) / .75.
    optimizer.apply([np.float32([0.0])], [variable])
    rate = 0.1 * np.sqrt(1 - 0.75**2) / (1 - 0.5**2)
    np.testing.assert_allclose(variable.numpy(), [0.9 - rate * 0.5 / np.sqrt(0.75)], rtol=1e-6)


def test_equals_keras_adam():
    rng = np.random.default_rng(0)
    start = rng.normal(size=(7, 5)).astype(np.float32)
    results = []
    for kind in (FusedAdam, keras.optimizers.Adam):
        optimizer = kind(1e-2, beta_1=0.5, epsilon=1e-8)
        variable = keras.Variable(start)
        optimizer.build([variable])
        gradients = np.random.default_rng(1)
        for _ in range(10):
            optimizer.apply([gradients.normal(size=(7, 5)).astype(np.float32)], [variable])
        results.append(variable.numpy())
    np.testing.assert_allclose(*results, rtol=1e-5, atol=1e-6)
