"""FaderNet's categories: columns, flips and random labels; its losses by hand."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.systems.fadernet.categories import Categories
from stgan_tf.systems.fadernet.losses import attributes_loss, binary_loss

#: Young by itself, and black, blond or brown hair in that order, though the run names them apart.
ATTRIBUTES = ("Brown_Hair", "Young", "Black_Hair", "Blond_Hair")
HAIR = [["Black_Hair", "Blond_Hair", "Brown_Hair"]]
CATEGORIES = Categories.of(ATTRIBUTES, HAIR)


def test_a_category_stands_where_its_first_attribute_does():
    assert Categories(((2, 3, 0), (1,))) == CATEGORIES
    assert CATEGORIES.sizes == (4, 2)
    assert CATEGORIES.num_columns == 6
    assert Categories.of(("Male", "Young")) == Categories(((0,), (1,)))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        # Of hair: none, black, blond, brown; of Young: absent, present.
        ((0, 0, 0, 0), (1, 0, 0, 0, 1, 0)),
        ((1, 1, 0, 0), (0, 0, 0, 1, 0, 1)),
        ((0, 1, 1, 0), (0, 1, 0, 0, 0, 1)),
        ((0, 0, 0, 1), (0, 0, 1, 0, 1, 0)),
    ],
)
def test_labels_become_columns_of_one_category_each(labels, expected):
    labels = tf.constant([labels], tf.float32)
    np.testing.assert_array_equal(CATEGORIES.columns(labels), [expected])
    np.testing.assert_array_equal(CATEGORIES.one_hot(labels), [expected])


def test_an_image_of_several_attributes_of_a_category_has_the_first():
    """Brown and blond hair: blond is named first."""
    labels = tf.constant([[1.0, 0, 0, 1], [1, 0, 1, 1]])
    expected = [[0, 0, 1, 0, 1, 0], [0, 1, 0, 0, 1, 0]]
    np.testing.assert_array_equal(CATEGORIES.one_hot(labels), expected)


def test_beyond_one_the_columns_go_on_along_the_same_line():
    """Brown to black hair and young to old, at 2: s + 2 (t - s)."""
    source, target = np.float32([[1, 1, 0, 0]]), np.float32([[0, 0, 1, 0]])
    columns = CATEGORIES.columns(tf.constant(source + 2 * (target - source)))
    np.testing.assert_array_equal(columns, [[0, 2, 0, -1, 2, -1]])
    ends = [CATEGORIES.columns(tf.constant(labels)) for labels in (source, target)]
    np.testing.assert_array_equal(columns, -1 * ends[0] + 2 * ends[1])


def test_wrong_categories_are_all_the_others_alike():
    rng = np.random.default_rng(0)
    labels = np.eye(4, dtype=np.float32)[rng.integers(0, 4, 9000)] * (1, 1, 1, 0)
    columns = CATEGORIES.one_hot(tf.constant(labels, tf.float32)).numpy()
    wrong = CATEGORIES.wrong(columns, tf.constant(rng.random((9000, 2)), tf.float32)).numpy()
    np.testing.assert_array_equal(wrong[:, 4:], columns[:, [5, 4]])
    assert (wrong[:, :4].sum(axis=1) == 1).all()
    assert (wrong[:, :4] * columns[:, :4]).sum() == 0
    counts = columns[:, :4].T @ wrong[:, :4]
    shares = counts / counts.sum(axis=1, keepdims=True).clip(min=1)
    for before in np.flatnonzero(counts.sum(axis=1)):
        np.testing.assert_allclose(np.delete(shares[before], before), 1 / 3, atol=0.04)


def test_the_shift_is_the_official_one():
    """(y + s) mod n with s = 1, 2, 3 of the numbers drawn; none drawn for pairs alone."""
    columns = tf.constant([[0.0, 0, 1, 0, 1, 0]] * 4)
    drawn = tf.constant([[0.0, 0], [0.34, 0], [0.67, 0], [np.float32(1 - 2**-24), 0]])
    found = np.argmax(CATEGORIES.wrong(columns, drawn)[:, :4], axis=1)
    np.testing.assert_array_equal(found, [3, 0, 1, 1])
    pairs = Categories.of(("Male", "Young"))
    wrong = pairs.wrong(tf.constant([[1.0, 0, 0, 1]]))
    np.testing.assert_array_equal(wrong, [[0, 1, 1, 0]])


def test_random_labels_are_of_every_category():
    drawn = tf.constant([[0.0, 0.49], [0.25, 0.5], [0.74, 0.99], [0.99, 0]])
    expected = [
        [1, 0, 0, 0, 1, 0],
        [0, 1, 0, 0, 0, 1],
        [0, 0, 1, 0, 0, 1],
        [0, 0, 0, 1, 1, 0],
    ]
    np.testing.assert_array_equal(CATEGORIES.random(drawn), expected)


def test_the_attributes_loss_of_categories_by_hand():
    """One image: log(e^1 + e^2 + e^0) - 2, and log(1 + e^-3)."""
    logits = tf.constant([[1.0, 2, 0, 3, 0]])
    columns = tf.constant([[0.0, 1, 0, 1, 0]])
    expected = np.log(np.e + np.e**2 + 1) - 2 + np.log1p(np.exp(-3))
    np.testing.assert_allclose(attributes_loss(columns, logits, (3, 2)), expected, rtol=1e-6)


def test_the_smoothed_binary_loss_by_hand():
    """Against 0.8: -(0.8 log p + 0.2 log(1 - p)), the mean."""
    probabilities = tf.constant([0.8, 0.5])
    expected = -(0.8 * np.log(0.8) + 0.2 * np.log(0.2) + np.log(0.5)) / 2
    np.testing.assert_allclose(binary_loss(0.8, probabilities), expected, rtol=1e-6)


def test_a_certain_discriminator_gives_numbers_and_gradients():
    logits = tf.constant([-1e9, 1e9, 200.0])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = binary_loss(0.8, tf.sigmoid(logits))
    assert np.isfinite(loss)
    assert np.isfinite(tape.gradient(loss, logits)).all()
