import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.networks.generator import generator_label

SOURCE = tf.constant([[0.0, 1.0, 1.0]])
TARGET = tf.constant([[1.0, 0.0, 1.0]])


@pytest.mark.parametrize(
    ("mode", "intensity", "expected"),
    [
        ("difference", 1.0, [1, -1, 0]),
        ("difference", 1.5, [1.5, -1.5, 0]),
        ("target", 1.0, [0.5, -0.5, 0.5]),
        # the official test.py --test_int 2: targets at +-1 from sources at +-0.5
        ("target", 1.5, [1.0, -1.0, 0.5]),
        ("difference", [1.5, 1.0, 1.0], [1.5, -1, 0]),
    ],
)
def test_values(mode, intensity, expected):
    np.testing.assert_allclose(generator_label(SOURCE, TARGET, mode, intensity), [expected])


def test_unknown_mode():
    with pytest.raises(ValueError, match="'diff'"):
        generator_label(SOURCE, TARGET, "diff")
