import numpy as np
import pytest

from stgan_tf.optimization.schedules import LinearDecay, StepDecay


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


def test_updates_beyond_float32s_whole_numbers_are_counted():
    """2^24 + 1 is no float32: the rate would fall one update late."""
    large = 2**24
    np.testing.assert_allclose(LinearDecay(1.0, large, large + 2)(large + 1), 0.5)
