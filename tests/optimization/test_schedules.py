import numpy as np
import pytest

from stgan_tf.optimization.schedules import StepDecay


@pytest.mark.parametrize(("step", "rate"), [(0, 1.0), (9, 1.0), (10, 0.1), (29, 0.01), (30, 1e-3)])
def test_divides_by_ten(step, rate):
    np.testing.assert_allclose(StepDecay(1.0, 10)(np.int64(step)), rate, rtol=1e-5)


def test_zero_is_constant():
    np.testing.assert_allclose(StepDecay(0.5, 0)(10**6), 0.5)


def test_round_trip():
    again = StepDecay.from_config(StepDecay(0.5, 7).get_config())
    assert (again.learning_rate, again.decay_after_updates) == (0.5, 7)
