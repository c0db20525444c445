import numpy as np
import pytest

from stgan_tf.attributes import (
    CELEBA_ATTRIBUTES,
    CONFLICTS,
    PAPER_ATTRIBUTES,
    conflict_matrix,
    flip_attribute,
    parse_edits,
    require_known,
    resolve_conflicts,
)


def test_names():
    assert len(set(CELEBA_ATTRIBUTES)) == 40
    assert len(set(PAPER_ATTRIBUTES)) == 13 and set(PAPER_ATTRIBUTES) <= set(CELEBA_ATTRIBUTES)
    mentioned = set(CONFLICTS).union(*CONFLICTS.values())
    assert mentioned <= set(CELEBA_ATTRIBUTES)


def test_unknown_attribute_suggests_near_names():
    with pytest.raises(ValueError, match=r"'Eyeglass'.*Eyeglasses"):
        require_known(["Bald", "Eyeglass"], CELEBA_ATTRIBUTES)
    with pytest.raises(ValueError, match="Known: Bald, Bangs"):
        require_known(["zzzz"], ["Bald", "Bangs"])


def test_conflicts_are_symmetric_for_the_paper():
    matrix = conflict_matrix(PAPER_ATTRIBUTES)
    np.testing.assert_array_equal(matrix, matrix.T)
    assert matrix[0].tolist() == [0, 1] + [0] * 11  # Bald switches off Bangs
    assert matrix.diagonal().sum() == 0


def test_resolve_conflicts_acts_only_when_switched_on():
    names = ("Bald", "Bangs", "Young")
    attributes = np.array([[1, 1, 1], [0, 0, 1]], np.uint8)
    resolved = resolve_conflicts(attributes, names, ["Bald"])
    assert resolved.tolist() == [[1, 0, 1], [0, 0, 1]]
    assert attributes.tolist() == [[1, 1, 1], [0, 0, 1]]
    assert resolve_conflicts(attributes, names, []).tolist() == attributes.tolist()


def test_flip_attribute():
    names = ("Black_Hair", "Blond_Hair", "Young")
    attributes = np.array([[0, 1, 1], [1, 0, 0]], np.uint8)
    # On: blond goes. Off: nothing is invented.
    assert flip_attribute(attributes, names, "Black_Hair").tolist() == [[1, 0, 1], [0, 0, 0]]


def test_parse_edits():
    names = ("Bald", "Bangs", "Young")
    assert parse_edits("Bald=+1, Young=-0.5", names) == {"Bald": 1.0, "Young": -0.5}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Bald", "NAME="),
        ("Bald=", "NAME="),
        ("Bald=x", "'x'"),
        ("Bold=1", "Nearest: Bald"),
        ("Bald=1,Bald=1", "twice"),
        ("Bald=1,Bangs=1", "cannot both"),
    ],
)
def test_parse_edits_errors(text, message):
    with pytest.raises(ValueError, match=message):
        parse_edits(text, ("Bald", "Bangs", "Young"))
