"""The rule of an edit: by hand, against the paper's protocol, and the same for all who use it."""

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stgan_tf.attributes import (
    CELEBA_ATTRIBUTES,
    CONFLICTS,
    PAPER_ATTRIBUTES,
    check_edits,
    flip_attribute,
)
from stgan_tf.edits import (
    EditRule,
    edit_difference,
    excluded_strengths,
    flip_difference,
)
from stgan_tf.source_attributes import given_source

NAMES = ("Bald", "Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses")
NAN = np.nan


def vectors(edits, source, needs_source=False, intensity=1.0, classify=None, count=1):
    return EditRule(NAMES, needs_source).vectors(edits, count, intensity, source, classify)


def difference(*arguments, **options):
    return vectors(*arguments, **options)[0][0].tolist()


def test_what_is_added_takes_away_what_it_excludes():
    # Blond: not black. The strength of what goes is 1, however strong the edit.
    assert difference({"Blond_Hair": 1}, ["Black_Hair"]) == [0, 0, -1, 1, 0]
    assert difference({"Blond_Hair": 1}, ["Black_Hair"], intensity=1.5) == [0, 0, -1, 1.5, 0]
    assert difference({"Blond_Hair": 1}, ["Bangs"]) == [0, 0, 0, 1, 0]
    assert difference({"Bald": 1, "Blond_Hair": 1}, NAMES) == [1, -1, -1, 1, 0]


def test_a_slider_starts_where_nothing_changes():
    assert difference({"Blond_Hair": 0.25}, ["Black_Hair"]) == [0, 0, -0.25, 0.25, 0]
    assert difference({"Blond_Hair": 0.0}, ["Black_Hair"]) == [0] * 5
    assert difference({"Blond_Hair": 1}, ["Black_Hair"], intensity=0.0) == [0] * 5
    # Two that exclude the same: the stronger one counts.
    rule = EditRule(("Bald", "Receding_Hairline", "Bangs"), needs_source=False)
    (vector,), _ = rule.vectors({"Bald": 0.25, "Receding_Hairline": 0.5}, 1, source=["Bangs"])
    assert vector.tolist() == [0.25, 0.5, -0.5]


def test_removing_takes_nothing_else_away():
    assert difference({"Blond_Hair": -1}, NAMES, intensity=1.5) == [0, 0, 0, -1.5, 0]


def test_what_is_asked_of_the_excluded_counts():
    assert difference({"Blond_Hair": 1, "Black_Hair": -1.5}, ["Black_Hair"]) == [0, 0, -1.5, 1, 0]
    # A value of 0 asks nothing.
    assert difference({"Blond_Hair": 1, "Black_Hair": 0}, ["Black_Hair"]) == [0, 0, -1, 1, 0]


def test_difference_models_are_given_what_is_asked_whatever_the_face_has():
    assert difference({"Eyeglasses": 1}, ["Eyeglasses"]) == [0, 0, 0, 0, 1]
    assert difference({"Eyeglasses": -1}, ["Bald"], intensity=1.5) == [0, 0, 0, 0, -1.5]


def test_targets_change_nothing_that_is_as_asked():
    source = np.array([[0, 1, 1, 0, 0], [0, 0, 0, 1, 1]])
    edits = {"Blond_Hair": 1, "Eyeglasses": -2}
    found, given_back = vectors(edits, source, needs_source=True, intensity=1.5, count=2)
    # Black goes from the first; the second is blond already. Only the second has glasses.
    assert found.tolist() == [[0, 0, -1, 1.5, 0], [0, 0, 0, 0, -3]]
    assert given_back.tolist() == source.tolist()
    assert not np.signbit(found[found == 0]).any()


def test_rows_are_edited_by_their_own_source():
    source = [{"Black_Hair": 1}, None, ["Bangs"], [0, 0, NAN, 0, 0], {"Black_Hair": True}]
    found, _ = vectors({"Blond_Hair": 1}, source, count=5)
    assert found[:, 2].tolist() == [-1, 0, 0, 0, -1]
    assert (found[:, 3] == 1).all()


@settings(max_examples=20, deadline=None)
@given(
    names=st.sampled_from([PAPER_ATTRIBUTES, CELEBA_ATTRIBUTES]),
    needs_source=st.booleans(),
    intensity=st.floats(0.125, 1.5),
    seed=st.integers(0, 1000),
)
def test_evaluation_and_editor_give_models_the_same(names, needs_source, intensity, seed):
    labels = np.random.default_rng(seed).integers(0, 2, (6, len(names))).astype(np.float32)
    rule = EditRule(names, needs_source)
    for column, edited in enumerate(names):
        protocol = flip_difference(labels, names, edited, needs_source, intensity)
        for has, sign in ((0, 1), (1, -1)):
            rows = labels[:, column] == has
            ours, _ = rule.vectors({edited: sign}, int(rows.sum()), intensity, labels[rows])
            np.testing.assert_array_equal(ours, protocol[rows])


@pytest.mark.parametrize("needs_source", [False, True])
@pytest.mark.parametrize("intensity", [1.0, 1.5])
def test_the_protocol_is_the_official_one(needs_source, intensity):
    """Target minus source, the edited attribute's difference times the intensity (test.py)."""
    rng = np.random.default_rng(0)
    source = rng.integers(0, 2, (40, len(CELEBA_ATTRIBUTES))).astype(np.float32)
    for column, edited in enumerate(CELEBA_ATTRIBUTES):
        expected = flip_attribute(source, CELEBA_ATTRIBUTES, edited) - source
        expected[:, column] *= intensity
        found = flip_difference(source, CELEBA_ATTRIBUTES, edited, needs_source, intensity)
        np.testing.assert_array_equal(found, expected)


def test_the_protocol_as_somebody_asks_it_who_is_mistaken_of_the_face():
    labels, seen = np.array([[0, 0, 1, 0, 0]]), np.array([[0, 0, 0, 0, 0]])
    assert flip_difference(labels, NAMES, "Blond_Hair", False, 1.5, seen).tolist() == [
        [0, 0, 0, 1.5, 0]  # black hair was not seen, so it is not taken away
    ]
    assert flip_difference(labels, NAMES, "Black_Hair", False, 1.0, seen)[0, 2] == -1


class Classifier:
    """Sees black hair everywhere; counts its looks."""

    def __init__(self):
        self.looks = []

    def __call__(self, rows):
        self.looks.append(rows.tolist())
        return np.tile(np.float32([0.1, 0.2, 0.9, 0.3, 0.8]), (len(rows), 1))


def test_the_classifier_is_asked_where_it_matters_and_for_what_is_not_known():
    classify = Classifier()
    source = [[0, 0, 0, 0, 0], None, [1, 0, NAN, 0, 1]]
    found, _ = vectors({"Blond_Hair": 1}, source, classify=classify, count=3)
    assert found[:, 2].tolist() == [0, -1, -1]
    assert classify.looks == [[1, 2]]
    # Nothing that glasses or removals exclude; nothing that is not known of what is excluded.
    vectors({"Eyeglasses": 1, "Bald": -1}, None, classify=classify, count=3)
    vectors({"Blond_Hair": 1}, [NAN, NAN, 0, NAN, NAN], classify=classify)
    assert len(classify.looks) == 1
    known = EditRule(NAMES, False).known_source(3, source, classify)
    assert known.tolist() == [[0, 0, 0, 0, 0], [0, 0, 1, 0, 1], [1, 0, 1, 0, 1]]


def test_targets_need_to_know(caplog):
    classify = Classifier()
    _, source = vectors({"Eyeglasses": 1}, None, needs_source=True, classify=classify, count=2)
    assert source.tolist() == [[0, 0, 1, 0, 1]] * 2
    rule = EditRule(NAMES, needs_source=True)
    for call in (
        lambda: rule.vectors({"Eyeglasses": 1}, 1),
        lambda: rule.vectors({"Eyeglasses": 1}, 1, source=[0, 0, NAN, 0, 0]),
        lambda: rule.unchanged(1),
    ):
        with pytest.raises(ValueError, match="target labels and no classifier.*--source"):
            call()
    nothing, source = rule.unchanged(2, ["Bald"])
    assert not nothing.any() and source[:, 0].all()
    nothing, source = EditRule(NAMES, needs_source=False).unchanged(2)
    assert nothing.shape == (2, 5) and source is None


def test_an_edit_that_nobody_can_make_right_says_so_once(caplog):
    rule = EditRule(NAMES, needs_source=False)
    with caplog.at_level(logging.WARNING):
        rule.vectors({"Eyeglasses": 1}, 1)
        rule.vectors({"Blond_Hair": -1}, 1)
        rule.vectors({"Blond_Hair": 1, "Black_Hair": -1}, 1)
        rule.vectors({"Blond_Hair": 1}, 1, source=["Bald"])
        assert not caplog.records
        for _ in range(2):
            rule.vectors({"Eyeglasses": 1, "Blond_Hair": 1}, 1)
            rule.vectors({"Bald": 1}, 1)
    (record,) = caplog.records
    assert "adding Blond_Hair does not remove Black_Hair" in record.getMessage()
    assert "--source=Black_Hair" in record.getMessage()


def test_exclusions_outside_the_models_attributes_are_not_spoken_of(caplog):
    EditRule(("Blond_Hair", "Male"), needs_source=False).vectors({"Blond_Hair": 1}, 1)
    assert not caplog.records


@pytest.mark.parametrize(
    "source",
    [
        "Bangs, Eyeglasses",
        "Bangs=1,Eyeglasses=1,Bald=0",
        ["Bangs", "Eyeglasses"],
        {"Bangs": 1, "Eyeglasses": True, "Bald": 0},
        [0, 1, 0, 0, 1],
        np.array([0, 1, 0, 0, 1]),
        np.array([[0, 1, 0, 0, 1]] * 2, bool),
        [["Bangs", "Eyeglasses"], {"Bangs": 1, "Eyeglasses": 1}],
        [[0, 1, 0, 0, 1], np.array([0, 1, 0, 0, 1])],
    ],
)
def test_every_form_of_a_source(source):
    assert given_source(source, NAMES, 2).tolist() == [[0, 1, 0, 0, 1]] * 2


def test_what_is_not_known():
    assert np.isnan(given_source(None, NAMES, 3)).all()
    assert np.isnan(given_source([None, None], NAMES, 2)).all()
    assert np.isnan(given_source([None, 0, 1, 0, NAN], NAMES, 1)[0]).tolist() == [
        True, False, False, False, True
    ]  # fmt: skip
    assert np.isnan(given_source({"Bald": None}, NAMES, 1)[0]).tolist() == [True] + [False] * 4
    assert given_source([], NAMES, 1).tolist() == [[0] * 5]  # a face without any of them


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"Glasses": 1}, "Unknown attribute: 'Glasses'. Nearest: Eyeglasses"),
        ("Glasses", "Unknown attribute: 'Glasses'"),
        (["Glasses"], "Unknown attribute: 'Glasses'"),
        ("Bald=yes", "NAME, NAME=1 or NAME=0. Received: 'Bald=yes'"),
        ("", "Unknown attribute: ''"),
        ({"Bald": -1}, "1 .* or 0 .*Received: Bald=-1"),
        ({"Bald": "1"}, "Received: Bald='1'"),
        ([0, 1], r"5 values of 0 or 1 .* 2 images.* Received: \[0, 1\]"),
        ([1, 0, 0, 0, 2], "5 values of 0 or 1"),
        ([1, -1, -1, -1, -1], "5 values of 0 or 1"),
        (np.zeros((3, 5)), "for 2 images"),
        ([None], "for 2 images"),
        ([1, "Bald"], "5 values of 0 or 1"),
    ],
)
def test_sources_that_do_not_fit(source, message):
    with pytest.raises(ValueError, match=message):
        given_source(source, NAMES, 2)


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
    with pytest.raises(ValueError, match=message):
        EditRule(NAMES, needs_source=False).vectors(edits, 1)


def test_strengths_beyond_those_the_models_authors_show_are_told(caplog):
    for usual, strength in ((1.5, 1.5), (10.0, 9.0)):
        EditRule(NAMES, False, usual_strength=usual).vectors({"Eyeglasses": strength}, 1)
    assert not caplog.text
    EditRule(NAMES, False, usual_strength=10.0).vectors({"Eyeglasses": 3.0}, 1, intensity=4.0)
    assert "A strength of 12 is outside" in caplog.text and "up to 10" in caplog.text


@pytest.mark.parametrize("intensity", [-1, NAN, np.inf])
def test_intensities_that_cannot_be(intensity):
    with pytest.raises(ValueError, match="`intensity` must be a non-negative number"):
        vectors({"Bald": 1}, None, intensity=intensity)


def test_one_on_and_its_rival_off_is_fine():
    check_edits({"Bald": 1, "Bangs": -1}, NAMES)


@pytest.mark.parametrize(("intensity", "warned"), [(1.5, False), (1.6, True)])
def test_warns_outside_the_usual_range(caplog, intensity, warned):
    with caplog.at_level(logging.WARNING):
        vectors({"Bald": -1}, None, intensity=intensity)
        vectors({"Bald": -1}, NAMES, needs_source=True, intensity=intensity)
    assert len(caplog.records) == 2 * warned


def test_every_rule_of_exclusion_is_followed():
    everything = np.ones((1, len(CELEBA_ATTRIBUTES)), np.float32)
    for name in CELEBA_ATTRIBUTES:
        vector = edit_difference({name: 1}, CELEBA_ATTRIBUTES, everything, needs_source=False)[0]
        taken = {CELEBA_ATTRIBUTES[column] for column in np.flatnonzero(vector < 0)}
        assert taken == set(CONFLICTS.get(name, ()))


def test_without_an_intensity_the_strength_is_what_was_asked():
    """Neither half nor twice of it."""
    names = ("Black_Hair", "Blond_Hair", "Male")
    edits = {"Blond_Hair": 0.5}
    np.testing.assert_array_equal(excluded_strengths(edits, names), [0.5, 0, 0])
    source = np.array([[1.0, 0.0, 0.0]])
    found = edit_difference(edits, names, source, needs_source=False)
    np.testing.assert_array_equal(found, [[-0.5, 0.5, 0]])
