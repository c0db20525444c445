"""CycleGAN's learning rate falls as in networks.py."""

import numpy as np

from stgan_tf.systems.cyclegan.decay import CycleGANDecay


def test_falls_linearly_from_period_to_period():
    """Three constant epochs and two of the fall, two updates each: factor of epoch E is
    1 - max(0, E + 1 - 3) / 3, so 1, 1, 2/3, 1/3, 0, and 0 for what comes after.
    """
    schedule = CycleGANDecay(0.6, 3, 2, updates_per_period=2)
    rates = [float(schedule(np.int64(step))) for step in range(14)]
    expected = np.repeat([0.6, 0.6, 0.4, 0.2, 0.0, 0.0, 0.0], 2)
    np.testing.assert_allclose(rates, expected, rtol=1e-6, atol=1e-7)


def test_cyclegans_fall_in_iterations():
    """Two constant iterations, three of the fall: 1, 3/4, 1/2, 1/4, 0."""
    schedule = CycleGANDecay(1.0, 2, 3)
    rates = [float(schedule(np.int64(step))) for step in range(6)]
    np.testing.assert_allclose(rates, [1, 0.75, 0.5, 0.25, 0, 0], atol=1e-7)


def test_cyclegans_round_trip():
    config = CycleGANDecay(0.5, 7, 3, 4).get_config()
    assert CycleGANDecay.from_config(config).get_config() == config
    assert config == {
        "learning_rate": 0.5,
        "constant": 7,
        "decay": 3,
        "updates_per_period": 4,
    }


def test_updates_beyond_float32s_whole_numbers_are_counted():
    """2^24 + 1 is no float32: the rate would fall one update late."""
    large = 2**24
    falling = CycleGANDecay(1.0, large + 2, 1)
    np.testing.assert_allclose([falling(large), falling(large + 1)], [1.0, 0.5])
