import numpy as np
import pytest

from stgan_tf.attributes import flip_attribute
from stgan_tf.evaluation.attribute_accuracy import AccuracyTally

NAMES = ("Bald", "Bangs", "Male")


def test_counts_by_hand():
    source = np.array([[0, 1, 1], [0, 0, 1]])
    # Bald is switched on, which takes the first image's bangs away: targets 101 and 101.
    predicted = np.array([[1, 1, 1], [0, 0, 0]])
    tally = AccuracyTally(NAMES)
    tally.add("Bald", source, predicted)
    summary = tally.summary()
    assert summary["accuracy"]["Bald"] == 0.5
    # Others (bangs, male): the first image's bangs stayed, the second's male was lost: 2 of 4.
    assert summary["preservation_error"]["Bald"] == 0.5
    # Against the source labels only the second image's male is wrong: 1 of 4, over 3 attributes.
    assert summary["mean_preservation_error_official"] == pytest.approx(1 / 4 / 3)


def test_a_perfect_edit_scores_one_and_a_conflict_is_an_official_error():
    source = np.random.default_rng(0).integers(0, 2, (50, 3))
    tally = AccuracyTally(NAMES)
    for name in NAMES:
        tally.add(name, source, flip_attribute(source, NAMES, name))
    summary = tally.summary()
    assert summary["mean_accuracy"] == 1
    assert summary["mean_preservation_error"] == 0
    assert summary["mean_preservation_error_official"] > 0


def test_doing_nothing_scores_the_classifiers_errors():
    source = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 1], [0, 0, 0]])
    seen = source.copy()
    seen[0, 2] = 0  # the classifier misreads one Male of four
    tally = AccuracyTally(NAMES)
    for name in NAMES:
        tally.add(name, source, seen)
    assert tally.summary()["accuracy"] == {"Bald": 0, "Bangs": 0, "Male": 0.25}


def test_batches_add_up():
    rng = np.random.default_rng(1)
    source, predicted = rng.integers(0, 2, (2, 20, 3))
    whole, parts = AccuracyTally(NAMES), AccuracyTally(NAMES)
    whole.add("Male", source, predicted)
    parts.add("Male", source[:7], predicted[:7])
    parts.add("Male", source[7:], predicted[7:])
    assert whole.summary() == parts.summary()


def test_wrong_shapes_are_named():
    with pytest.raises(ValueError, match=r"must both be \(B, 3\)"):
        AccuracyTally(NAMES).add("Male", np.zeros((2, 3)), np.zeros((2, 4)))
