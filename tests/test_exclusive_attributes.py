"""Attributes that exclude each other, as domains do: conflicts, edits, flips, metrics, exports."""

import json

import numpy as np
import pytest

from stgan_tf.attributes import (
    BY_NAME,
    CONFLICTS,
    Exclusion,
    check_edits,
    conflict_matrix,
    conflicts_of,
    flip_attribute,
)
from stgan_tf.config.data import DataConfig
from stgan_tf.edits import EditRule, flip_difference
from stgan_tf.evaluation.attribute_accuracy import AccuracyTally
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.translations import translation, with_source

SEASONS = ("autumn", "spring", "summer", "winter")
OTHERS = conflicts_of(SEASONS, exclusive=True)
ONE_HOT = Exclusion(OTHERS, one_hot=True)


def test_each_switches_off_all_others():
    assert OTHERS["spring"] == ("autumn", "summer", "winter")
    assert conflict_matrix(SEASONS, OTHERS).tolist() == (1 - np.eye(4)).tolist()
    assert conflict_matrix(SEASONS).sum() == 0
    assert conflicts_of(("Bald", "Bangs"), exclusive=False) is CONFLICTS


def test_configuration():
    given = {"attributes": SEASONS, "exclusive_attributes": True}
    assert DataConfig(**given).conflicts == OTHERS
    assert DataConfig().conflicts is CONFLICTS


@pytest.mark.parametrize(
    ("names", "exclusive", "labels", "one_hot"),
    [
        (SEASONS, True, np.eye(4), True),
        # Some of more domains: an image may have none of them.
        (SEASONS[:2], True, [[1, 0], [0, 0]], False),
        (SEASONS, False, np.eye(4), False),
        (SEASONS[:1], True, [[1], [1]], False),
    ],
)
def test_whether_one_hot_is_seen_in_the_labels(names, exclusive, labels, one_hot):
    assert Exclusion.of(names, exclusive, np.asarray(labels)).one_hot is one_hot


def test_edits_take_the_other_domain_away():
    rule = EditRule(SEASONS, needs_source=False, exclusion=ONE_HOT)
    difference, source = rule.vectors({"winter": 1}, 2, source=[["summer"], ["winter"]])
    assert difference.tolist() == [[0, 0, -1, 1], [0, 0, 0, 1]]
    assert source is None
    rule = EditRule(SEASONS, needs_source=True, exclusion=ONE_HOT)
    difference, source = rule.vectors({"winter": 1}, 2, 0.5, [["summer"], ["winter"]])
    assert difference.tolist() == [[0, 0, -0.5, 0.5], [0, 0, 0, 0]]
    assert source.tolist() == [[0, 0, 1, 0], [0, 0, 0, 1]]
    with pytest.raises(ValueError, match="summer and winter cannot both be added"):
        rule.vectors({"summer": 1, "winter": 1}, 1)
    check_edits({"summer": 1, "winter": 1}, SEASONS)


@pytest.mark.parametrize("needs_source", [True, False])
def test_the_classifier_sees_one_domain_in_each_picture(needs_source):
    """The likeliest: not two that pass one half, not none that do; and none beside a given one."""
    found = np.float32([[0.6, 0.9, 0.7, 0.1], [0.1, 0.2, 0.4, 0.3]])

    def classify(rows):
        return found[rows]

    rule = EditRule(SEASONS, needs_source, ONE_HOT)
    assert rule.known_source(2, None, classify).tolist() == [[0, 1, 0, 0], [0, 0, 1, 0]]
    given = [[np.nan, 0, np.nan, np.nan], [np.nan, 1, np.nan, np.nan]]
    assert rule.known_source(2, given, classify).tolist() == [[0, 0, 1, 0], [0, 1, 0, 0]]
    difference, _ = rule.vectors({"winter": 1}, 2, classify=classify)
    assert difference.tolist() == [[0, -1, 0, 1], [0, 0, -1, 1]]
    # `--to=winter` makes the same edit.
    asked = translation("winter", "", SEASONS, SEASONS, has_classifier=True)
    edits, source = with_source(asked, lambda: found)
    np.testing.assert_array_equal(rule.vectors(edits, 2, source=source)[0], difference)
    # Of some of the domains, or of hair colours, a picture may have none.
    some = EditRule(SEASONS, needs_source, Exclusion(OTHERS))
    assert some.known_source(2, None, classify).tolist() == [[1, 1, 1, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("names", "domains", "one_hot"),
    [
        (SEASONS, SEASONS[::-1], True),
        (SEASONS[1:], SEASONS, False),
        (SEASONS[:1], SEASONS[:2], False),
        (SEASONS[:1], SEASONS[:1], False),
        (SEASONS, (), False),
    ],
)
def test_models_of_all_domains_are_one_hot(names, domains, one_hot):
    rules = conflicts_of(names, exclusive=True)
    described = ModelDescription(
        names, "difference", 1.0, 64, None, conflicts=rules, domains=domains
    )
    assert described.exclusion == Exclusion(rules, one_hot)


def test_unknown_source_is_warned_of_by_name(caplog):
    EditRule(SEASONS, needs_source=False, exclusion=ONE_HOT).vectors({"winter": 1}, 1)
    assert "adding winter does not remove autumn or spring or summer" in caplog.text


@pytest.mark.parametrize("needs_source", [True, False])
def test_flips_change_a_domain_for_another(needs_source):
    labels = np.eye(4, dtype=np.float32)
    targets = flip_attribute(labels, SEASONS, "winter", ONE_HOT)
    assert targets.tolist() == [[0, 0, 0, 1]] * 4
    difference = flip_difference(labels, SEASONS, "winter", needs_source, exclusion=ONE_HOT)
    np.testing.assert_array_equal(labels + difference, targets)
    # Of some domains only, taking one away leads to those that are not among them.
    some = Exclusion(OTHERS)
    assert flip_attribute(labels, SEASONS, "winter", some)[3].tolist() == [0, 0, 0, 0]
    assert flip_attribute(labels, SEASONS, "winter", BY_NAME)[2].tolist() == [0, 0, 1, 1]


def test_a_domain_is_counted_in_images_of_the_others():
    source = np.eye(4, dtype=int)[[0, 0, 1, 3]]
    tally = AccuracyTally(SEASONS, ONE_HOT)
    for name in SEASONS:
        tally.add(name, source, flip_attribute(source, SEASONS, name, ONE_HOT))
    assert tally.images.tolist() == [2, 3, 4, 3]
    assert tally.summary()["mean_accuracy"] == 1
    assert tally.summary()["mean_preservation_error"] == 0
    nothing = AccuracyTally(SEASONS, ONE_HOT)
    for name in SEASONS:
        nothing.add(name, source, source)
    assert nothing.summary()["mean_accuracy"] == 0
    alone = AccuracyTally(SEASONS[:2], Exclusion(OTHERS, one_hot=True))
    for name in SEASONS[:2]:
        alone.add(name, np.array([[1, 0]]), np.array([[0, 1]]))
    # No image lacks the first: the mean is the second's.
    assert alone.summary()["mean_accuracy"] == 1


def test_exports_carry_the_rule():
    described = ModelDescription(SEASONS, "difference", 1.0, 64, None, conflicts=OTHERS)
    text = described.to_json()
    assert json.loads(text)["conflicts"]["winter"] == ["autumn", "spring", "summer"]
    assert ModelDescription.from_json(text) == described
    named = ModelDescription(("Bald", "Bangs"), "difference", 1.0, 64, None)
    fields = json.loads(named.to_json())
    assert fields["conflicts"] == {"Bald": ["Bangs"], "Bangs": ["Bald"]}
    # Files that do not say so have CelebA's.
    del fields["conflicts"]
    assert ModelDescription.from_json(json.dumps(fields)) == named
    for wrong in (["Bald"], {"Bald": "Bangs"}, {"Bald": 3}):
        with pytest.raises(ValueError, match="conflicts must be lists of names"):
            ModelDescription.from_json(json.dumps({**fields, "conflicts": wrong}))
