import logging

import numpy as np
import pytest

from stgan_tf.attributes import check_edits
from stgan_tf.editing.requests import difference_vector, targets

NAMES = ("Bald", "Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses")


def test_difference_vector():
    vector = difference_vector({"Eyeglasses": 1, "Bangs": -0.5}, NAMES, 1.2)
    np.testing.assert_allclose(vector, [0, -0.6, 0, 0, 1.2], rtol=1e-6)


def test_targets_switch_off_what_is_excluded():
    source = np.array([[0, 1, 1, 0, 0], [0, 0, 0, 1, 1]])
    target, strengths = targets({"Blond_Hair": 1, "Eyeglasses": -2}, NAMES, source, 1.5)
    np.testing.assert_array_equal(target, [[0, 1, 0, 1, 0], [0, 0, 0, 1, 0]])
    np.testing.assert_allclose(strengths, [1, 1, 1, 1.5, 3])
    np.testing.assert_array_equal(source[0], [0, 1, 1, 0, 0])


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({}, "No edits"),
        ({"Glasses": 1}, "Unknown attribute: 'Glasses'. Nearest: Eyeglasses"),
        ({"Bald": "yes"}, "The value of Bald must be a number. Received: 'yes'"),
        ({"Bald": float("nan")}, "The value of Bald must be a number"),
        ({"Bald": 1, "Bangs": 1}, "Bald and Bangs cannot both be added"),
        ({"Black_Hair": 1, "Blond_Hair": 0.5}, "cannot both be added"),
    ],
)
def test_edits_that_cannot_be(edits, message):
    with pytest.raises(ValueError, match=message):
        check_edits(edits, NAMES)


def test_one_on_and_its_rival_off_is_fine():
    check_edits({"Bald": 1, "Bangs": -1}, NAMES)


@pytest.mark.parametrize(("intensity", "warned"), [(1.5, False), (1.6, True)])
def test_warns_outside_the_usual_range(caplog, intensity, warned):
    with caplog.at_level(logging.WARNING):
        difference_vector({"Bald": -1}, NAMES, intensity)
        targets({"Bald": -1}, NAMES, np.zeros((1, 5)), intensity)
    assert len(caplog.records) == 2 * warned
