"""FusedAdam against the formula and against keras.optimizers.Adam."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.keras_versions import Variable
from stgan_tf.optimization.adam import FusedAdam


def test_two_worked_steps():
    optimizer = FusedAdam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0)
    variable = Variable([1.0])
    optimizer.build([variable])
    # Step 1: m = 1, v = 1, rate 0.1 * sqrt(1 - .75) / (1 - .5) = 0.1, moved by 0.1 * 1 / 1.
    optimizer.apply_gradients([(np.float32([2.0]), variable)])
    np.testing.assert_allclose(variable.numpy(), [0.9], rtol=1e-6)
    # Step 2: m = .5 + 0 = .5, v = .75, rate 0.1 * sqrt(1 - .5625) / .75.
    optimizer.apply_gradients([(np.float32([0.0]), variable)])
    rate = 0.1 * np.sqrt(1 - 0.75**2) / (1 - 0.5**2)
    np.testing.assert_allclose(variable.numpy(), [0.9 - rate * 0.5 / np.sqrt(0.75)], rtol=1e-6)


def test_equals_keras_adam():
    rng = np.random.default_rng(0)
    start = rng.normal(size=(7, 5)).astype(np.float32)
    results = []
    for kind in (FusedAdam, keras.optimizers.Adam):
        optimizer = kind(1e-2, beta_1=0.5, epsilon=1e-8)
        variable = Variable(start)
        optimizer.build([variable])
        gradients = np.random.default_rng(1)
        for _ in range(10):
            optimizer.apply_gradients(
                [(gradients.normal(size=(7, 5)).astype(np.float32), variable)]
            )
        results.append(variable.numpy())
    np.testing.assert_allclose(*results, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("gradient", [1e-2, 1e-5, 1e-7])
def test_equals_pytorchs_definition(gradient, dtype):
    """lr * (m / (1 - beta_1^t)) / (sqrt(v / (1 - beta_2^t)) + epsilon), in NumPy."""
    optimizer = FusedAdam(0.25, beta_1=0.5, beta_2=0.999, epsilon=1e-8, pytorch=True)
    variable = Variable([1.0], dtype=dtype)
    optimizer.build([variable])
    expected, m, v = 1.0, 0.0, 0.0
    for t in range(1, 5):
        g = gradient * (-1) ** (t == 3)
        optimizer.apply_gradients([(np.array([g], dtype), variable)])
        m, v = 0.5 * m + 0.5 * g, 0.999 * v + 0.001 * g * g
        expected -= 0.25 * (m / (1 - 0.5**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        tolerance = 1e-12 if dtype == "float64" else 2e-5
        np.testing.assert_allclose(variable.numpy(), [expected], rtol=tolerance)
    again = FusedAdam.from_config(optimizer.get_config())
    assert again.pytorch


def test_clips_the_norm_of_all_gradients_together():
    """(3, 0) and (0, 4) have norm 5: at a limit of 1 both shrink to a fifth."""
    sizes = {}
    for limit in (0.0, 1.0, 10.0):
        optimizer = FusedAdam(0.1, beta_1=0.0, beta_2=0.75, epsilon=1.0, clip_gradient_norm=limit)
        variables = [Variable([0.0, 0.0]), Variable([0.0, 0.0])]
        optimizer.build(variables)
        gradients = [np.float32([3, 0]), np.float32([0, 4])]
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        sizes[limit] = np.concatenate([variable.numpy() for variable in variables])
        np.testing.assert_allclose(optimizer.take_gradient_norm(), 5.0, rtol=1e-6)
    # First step: rate sqrt(1 - .75), v = g^2 / 4, so -0.05 * g / (|g| / 2 + 1).
    np.testing.assert_allclose(sizes[0.0], [-0.05 * 3 / 2.5, 0, 0, -0.05 * 4 / 3], rtol=1e-6)
    np.testing.assert_allclose(sizes[1.0], [-0.05 * 0.6 / 1.3, 0, 0, -0.05 * 0.8 / 1.4], rtol=1e-6)
    np.testing.assert_array_equal(sizes[10.0], sizes[0.0])


def test_clips_after_the_sum_over_replicas(mirrored):
    """Replicas' gradients (3, -3) and (3, 3): each has norm 4.2, their sum 6. Clipped before the
    sum, the second elements would not cancel the same way, and the norm would come out above 2.
    """
    with mirrored.scope():
        optimizer = FusedAdam(0.1, beta_1=0.0, beta_2=0.75, epsilon=1.0, clip_gradient_norm=2.0)
        variable = Variable([0.0, 0.0])
        optimizer.build([variable])

    gradients = mirrored.experimental_distribute_values_from_function(
        lambda context: tf.constant([3.0, 3.0 * (2 * context.replica_id_in_sync_group - 1)])
    )

    @tf.function(autograph=False)
    def step():
        def update(gradient):
            optimizer.apply_gradients([(gradient, variable)])
            return optimizer.take_gradient_norm()

        return mirrored.run(update, args=(gradients,))

    norms = mirrored.experimental_local_results(step())
    np.testing.assert_allclose(norms, [6.0, 6.0], rtol=1e-6)
    np.testing.assert_allclose(variable.numpy(), [-0.05 * 2 / 2, 0], rtol=1e-6)


def test_settings_are_kept():
    config = FusedAdam(1e-3, clip_gradient_norm=2.5).get_config()
    assert FusedAdam.from_config(config).clip_gradient_norm == 2.5
