"""Lines of a place, read at one position and at many."""

import numpy as np
import pytest

from stgan_tf.synthetic.landscapes.place import FRAME, KNOTS, at, value_at

LINE = tuple(float(value) for value in np.random.default_rng(0).uniform(0, 200, KNOTS))


@pytest.mark.parametrize(("position", "expected"), [(0, LINE[0]), (FRAME, LINE[-1]), (2, LINE[1])])
def test_at_knots_a_line_has_their_values(position, expected):
    assert value_at(LINE, position) == pytest.approx(expected)


def test_beyond_its_ends_a_line_goes_on_level():
    assert value_at(LINE, -3.5) == LINE[0] and value_at(LINE, 300) == pytest.approx(LINE[-1])


def test_one_position_and_many_agree():
    positions = np.linspace(-5, 261, 97)
    np.testing.assert_allclose(
        [value_at(LINE, p) for p in positions], at(LINE, positions), rtol=1e-6
    )
