"""The drawings: what an attribute changes and what it must leave alone."""

import subprocess
import sys

import numpy as np
import pytest

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.synthetic.faces import counterfactual, draw_face, landmarks, render, sample_identity

CANONICAL = {
    "lefteye": (69.5, 111.5),
    "righteye": (107.5, 111.5),
    "nose": (88, 132),
    "leftmouth": (73, 152),
    "rightmouth": (105, 152),
}
PLAIN = dict.fromkeys(PAPER_ATTRIBUTES, 0) | {"No_Beard": 1, "Young": 1, "Brown_Hair": 1}


def changed(identity, attributes, **flips):
    """(218, 178) of the largest channel difference, 0..255."""
    before = render(identity, attributes).astype(int)
    after = render(identity, attributes | flips).astype(int)
    return np.abs(after - before).max(axis=-1)


@pytest.fixture(scope="module", params=[0, 7])
def identity(request):
    return sample_identity(np.random.default_rng(request.param))


def test_image_format():
    image, attributes, points = draw_face(seed=3, index=5)
    assert image.shape == (218, 178, 3) and image.dtype == np.uint8
    assert tuple(attributes) == PAPER_ATTRIBUTES
    assert set(points) == set(CANONICAL)
    assert image.std() > 20


def test_same_seed_and_index_draw_the_same_face():
    first, second = draw_face(1, 2), draw_face(1, 2)
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1:] == second[1:]
    assert np.any(draw_face(1, 3)[0] != first[0])
    assert np.any(draw_face(2, 2)[0] != first[0])


@pytest.mark.parametrize("seed, index", [(-1, 0), (0, -1)])
def test_negative_seed_or_index_is_refused(seed, index):
    with pytest.raises(ValueError, match="must be 0 or more"):
        draw_face(seed, index)


@pytest.mark.parametrize("name", PAPER_ATTRIBUTES)
def test_every_attribute_shows(identity, name):
    attributes = PLAIN | ({"Brown_Hair": 0} if name.endswith("Hair") else {})
    difference = changed(identity, attributes, **{name: 1 - attributes[name]})
    # 60 clearly changed pixels are about 8 of the 64x64 crop: more than any nostril.
    assert np.sum(difference > 40) > 60


@pytest.mark.parametrize(
    "name, top, bottom",
    [
        ("Mouth_Slightly_Open", 138, 185),
        ("Eyeglasses", 84, 146),
        ("Bushy_Eyebrows", 76, 116),
        ("Mustache", 126, 172),
        ("Bangs", 26, 116),
        ("No_Beard", 112, 218),
    ],
)
def test_local_attributes_change_their_region_only(identity, name, top, bottom):
    rows = np.flatnonzero(changed(identity, PLAIN, **{name: 1 - PLAIN[name]}).any(axis=1))
    assert top <= rows.min() and rows.max() < bottom


def test_skin_and_hair_leave_the_background_alone(identity):
    for flips in ({"Pale_Skin": 1}, {"Young": 0}, {"Black_Hair": 1, "Brown_Hair": 0}):
        difference = changed(identity, PLAIN, **flips)
        assert not difference[:20, :12].any() and not difference[:20, -12:].any()


def test_pale_skin_is_lighter_for_every_tone():
    for seed in range(6):
        person = sample_identity(np.random.default_rng(seed))
        x, y = (round(value) for value in landmarks(person)["nose"])
        patch = np.s_[y - 12 : y - 2, x + 14 : x + 20]
        normal, pale = render(person, PLAIN), render(person, PLAIN | {"Pale_Skin": 1})
        assert pale[patch].mean() - normal[patch].mean() > 18


def test_landmarks_are_near_celebas_and_vary():
    people = [sample_identity(np.random.default_rng(seed)) for seed in range(200)]
    for name, canonical in CANONICAL.items():
        points = np.array([landmarks(person)[name] for person in people])
        np.testing.assert_allclose(points.mean(axis=0), canonical, atol=1.5)
        assert np.abs(points - canonical).max() < 9
        assert points.std(axis=0).min() > 0.5


def test_landmarks_lie_on_the_drawn_eyes():
    # The pupil is the darkest thing within 4 px of the eye's landmark.
    for seed in range(4):
        person = sample_identity(np.random.default_rng(seed))
        image = render(person, PLAIN).mean(axis=-1)
        for name in ("lefteye", "righteye"):
            x, y = (round(value) for value in landmarks(person)[name])
            assert image[y - 2 : y + 3, x - 2 : x + 3].min() < 70


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"Bald": 1, "Bangs": 1}, "Bald and Bangs exclude each other"),
        ({"Black_Hair": 1}, "Black_Hair and Brown_Hair exclude each other"),
        ({"Male": 2}, "Male must be 0 or 1. Received: 2"),
        ({"Hat": 1}, "Unknown attribute: 'Hat'"),
    ],
)
def test_impossible_attributes_are_refused(identity, changes, message):
    with pytest.raises(ValueError, match=message):
        render(identity, PLAIN | changes)


def test_missing_attributes_are_named(identity):
    with pytest.raises(ValueError, match="Missing: .*Young"):
        render(identity, {"Male": 1})


def test_counterfactual_without_changes_is_the_drawing():
    image, attributes, _ = draw_face(4, 9)
    np.testing.assert_array_equal(counterfactual(4, 9, {}), image)
    np.testing.assert_array_equal(counterfactual(4, 9, {"Male": attributes["Male"]}), image)


def test_counterfactual_resolves_conflicts_and_refuses_contradictions():
    np.testing.assert_array_equal(
        counterfactual(4, 9, {"Bald": 1}), counterfactual(4, 9, {"Bald": 1, "Bangs": 0})
    )
    for name in ("Black_Hair", "Blond_Hair", "Brown_Hair", "Bangs"):
        counterfactual(4, 9, {name: 1})
    with pytest.raises(ValueError, match="Bald and Bangs exclude each other"):
        counterfactual(4, 9, {"Bald": 1, "Bangs": 1})


def test_tensorflow_is_not_imported():
    code = "import sys, stgan_tf.synthetic.faces; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
