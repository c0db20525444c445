"""Which edit leads to a domain, worked by hand for every kind of model."""

import numpy as np
import pytest

from stgan_tf.translations import Translation, translation, with_source

PAIR = (("summer", "winter"), ("winter",))
SEASONS = ("autumn", "summer", "winter")
THREE = (SEASONS, SEASONS)


def test_of_two_domains_one_is_the_other_removed():
    assert translation("winter", "", *PAIR) == Translation({"winter": 1.0}, {"winter": 0})
    assert translation("summer", "", *PAIR) == Translation({"winter": -1.0}, {"winter": 1})
    assert translation("summer", "winter", *PAIR) == translation("summer", "", *PAIR)


def test_of_several_the_source_is_said():
    expected = {"autumn": 0, "summer": 1, "winter": 0}
    assert translation("winter", "summer", *THREE) == Translation({"winter": 1.0}, expected)


def test_a_source_that_no_attribute_stands_for():
    attributes = ("summer", "winter")
    found = translation("winter", "autumn", SEASONS, attributes)
    assert found == Translation({"winter": 1.0}, {"summer": 0, "winter": 0})


def test_of_several_the_source_is_seen():
    found = translation("winter", "", *THREE, has_classifier=True)
    assert found == Translation({"winter": 1.0}, None)
    seen = with_source(found, lambda: np.array([[0.2, 0.9, 0.3], [0.4, 0.1, 0.3]]))
    assert seen.edits == {"winter": 1.0}
    np.testing.assert_array_equal(seen.source, [[0, 1, 0], [1, 0, 0]])
    alone = with_source(found, lambda: np.array([0.2, 0.1, 0.3]))
    np.testing.assert_array_equal(alone.source, [[0, 0, 1]])


def test_a_source_that_is_known_is_not_looked_for():
    found = translation("winter", "", *PAIR)
    assert with_source(found, lambda: pytest.fail("The classifier was asked.")) is found


@pytest.mark.parametrize(
    ("to", "source", "model", "message"),
    [
        ("wintr", "", PAIR, r"--to must be .* summer, winter\. Did you mean winter\? Received: 'w"),
        ("winter", "sumer", PAIR, r"--from must be .* Did you mean summer\? Received: 'sumer'"),
        ("winter", "winter", PAIR, "--from and --to name the same domain: winter"),
        ("winter", "", ((), ("Bald", "Male")), r"attributes \(Bald, Male\): give --edit=Bald=\+1"),
        ("winter", "", THREE, r"must be known\. Give it \(--from=autumn;"),
        ("autumn", "", (SEASONS, ("summer", "winter")), "--attributes=summer,winter alone"),
        ("summer", "", (("winter",), ("winter",)), "--edit=winter=-1 translates to it"),
    ],
)
def test_errors_name_what_was_wrong(to, source, model, message):
    with pytest.raises(ValueError, match=message):
        translation(to, source, *model)
