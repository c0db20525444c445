import numpy as np
import pytest

from stgan_tf.optimization.schedules import CycleGANDecay, LinearDecay, StarGANDecay, StepDecay


@pytest.mark.parametrize(("step", "rate"), [(0, 1.0), (9, 1.0), (10, 0.1), (29, 0.01), (30, 1e-3)])
def test_divides_by_ten(step, rate):
    np.testing.assert_allclose(StepDecay(1.0, 10)(np.int64(step)), rate, rtol=1e-5)


def test_zero_is_constant():
    np.testing.assert_allclose(StepDecay(0.5, 0)(10**6), 0.5)


def test_round_trip():
    again = StepDecay.from_config(StepDecay(0.5, 7).get_config())
    assert (again.learning_rate, again.decay_after_updates) == (0.5, 7)


def test_linear_decay_by_hand():
    schedule = LinearDecay(0.4, start=10, end=20)
    rates = [float(schedule(step)) for step in (0, 10, 11, 15, 20, 30)]
    np.testing.assert_allclose(rates, [0.4, 0.4, 0.36, 0.2, 0, 0], atol=1e-7)
    assert LinearDecay.from_config(schedule.get_config()).get_config() == schedule.get_config()


def test_stargans_decay_as_coded():
    """solver.py: `if (i+1) % 1000 == 0 and (i+1) > num_iters - num_iters_decay: lr -= lr0 / decay`,
    simulated for a run of 7,000 iterations that decays over the last 4,500.
    """
    total, length, rate, rates = 7000, 4500, 1.0, [1.0]
    for i in range(total):
        if (i + 1) % 1000 == 0 and (i + 1) > total - length:
            rate -= 1.0 / length
        rates.append(rate)
    schedule = StarGANDecay(1.0, total, length)
    steps = [0, 999, 1000, 2000, 2999, 3000, 3001, 4999, 5000, 6999, 7000]
    found = [float(schedule(step)) for step in steps]
    np.testing.assert_allclose(found, [rates[step] for step in steps], rtol=1e-6)
    # The generator's: an update after every five of the critic's.
    of_generator = StarGANDecay(1.0, total, length, critic_updates_per_update=5)
    found = [float(of_generator(step)) for step in (0, 599, 600, 1000, 1400)]
    np.testing.assert_allclose(found, [rates[s] for s in (0, 2995, 3000, 5000, 7000)], rtol=1e-6)
    again = StarGANDecay.from_config(of_generator.get_config())
    assert again.get_config() == of_generator.get_config()


def test_the_official_run_ends_where_it_was_measured_to_end():
    schedule = StarGANDecay(1e-4, 200_000, 100_000)
    np.testing.assert_allclose(float(schedule(200_000)), 9.99e-5, rtol=1e-6)


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
    np.testing.assert_allclose(LinearDecay(1.0, large, large + 2)(large + 1), 0.5)
