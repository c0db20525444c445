"""Frequencies and exclusions of the sampled attributes."""

import numpy as np
import pytest

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.synthetic.faces.attribute_sampling import (
    HAIR_COLOUR_ATTRIBUTES,
    apply_changes,
    require_consistent,
    sample_attributes,
)

#: Per cent, as the module documents them.
EXPECTED = {
    "Bald": 9, "Bangs": 19, "Black_Hair": 25, "Blond_Hair": 18, "Brown_Hair": 26,
    "Bushy_Eyebrows": 24, "Eyeglasses": 19, "Male": 42, "Mouth_Slightly_Open": 48,
    "Mustache": 15, "No_Beard": 82, "Pale_Skin": 16, "Young": 74,
}  # fmt: skip


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(0)
    return [sample_attributes(rng) for _ in range(4000)]


def test_frequencies(samples):
    assert tuple(EXPECTED) == PAPER_ATTRIBUTES
    for name, percent in EXPECTED.items():
        share = 100 * np.mean([sample[name] for sample in samples])
        assert abs(share - percent) < 3, name


def test_exclusions_always_hold(samples):
    for sample in samples:
        require_consistent(sample)
        if sample["Mustache"] or not sample["No_Beard"]:
            assert sample["Male"]


def test_hair_may_have_another_colour(samples):
    share = np.mean([not any(s[name] for name in HAIR_COLOUR_ATTRIBUTES) for s in samples])
    assert 0.2 < share < 0.4


def test_changes_resolve_conflicts(samples):
    for sample in samples[:200]:
        for name in PAPER_ATTRIBUTES:
            changed = apply_changes(sample, {name: 1 - sample[name]})
            require_consistent(changed)
            assert changed[name] == 1 - sample[name]
            assert tuple(changed) == PAPER_ATTRIBUTES
