import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.stgan.settings import STGANSettings

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
        ("binary", 1.0, [1, 0, 1]),
        ("binary", 1.5, [1.5, -0.5, 1]),
    ],
)
def test_values(mode, intensity, expected):
    np.testing.assert_allclose(LabelRule(mode)(SOURCE, TARGET, intensity), [expected])


@pytest.mark.parametrize("mode", ["difference", "target"])
@pytest.mark.parametrize("thres_int", [0.5, 1.0])
def test_scale_is_twice_the_official_thres_int(mode, thres_int):
    source, target = ((2 * labels - 1) * thres_int for labels in (SOURCE, TARGET))
    expected = target - source if mode == "difference" else target
    rule = find_system("stgan").label_rule(
        STGANSettings(label_mode=mode, label_scale=2 * thres_int)
    )
    np.testing.assert_allclose(rule(SOURCE, TARGET), expected)


def test_differences_need_the_source_only_where_they_are_added_to_it():
    difference = tf.constant([[1.5, -1.0, 0.0]])
    np.testing.assert_allclose(LabelRule("difference", 2.0).of_difference(difference), [[3, -2, 0]])
    target = LabelRule("target", 2.0).of_difference(difference, SOURCE)
    np.testing.assert_allclose(target, [[2, -1, 1]])
    binary = LabelRule("binary").of_difference(difference, SOURCE)
    np.testing.assert_allclose(binary, [[1.5, 0, 1]])


def test_unknown_mode():
    with pytest.raises(ValueError, match="'diff'"):
        LabelRule("diff")
