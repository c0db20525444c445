"""Training data as Keras users have it, formed into the batches of an iteration."""

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.systems.plain_data import plain_dataset


def numbered(count, size=2):
    """Images whose every pixel says which they are, and attributes that do too."""
    images = np.linspace(-1, 1, count, dtype=np.float32)[:, None, None, None]
    images = np.broadcast_to(images, (count, size, size, 3)).copy()
    return images, (np.arange(count)[:, None] >> np.arange(4) & 1).astype(np.float32)


def drawn(dataset, count):
    """Which images each element has, after checking that the attributes are theirs."""
    elements = []
    for images, attributes in dataset.as_numpy_iterator():
        numbers = np.rint((images[:, 0, 0, 0] + 1) / 2 * (count - 1)).astype(int)
        np.testing.assert_array_equal(attributes, numbered(count)[1][numbers])
        elements.append(numbers.tolist())
    return elements


def test_arrays_are_shuffled_anew_in_each_epoch_and_used_once_in_each():
    images, attributes = numbered(13)
    dataset = plain_dataset(images, attributes, 2, batches=3, seed=1)
    epochs = [drawn(dataset, 13) for _ in range(2)]
    for epoch in epochs:
        assert [len(element) for element in epoch] == [6, 6]
        assert len(set(sum(epoch, []))) == 12
    assert epochs[0] != epochs[1]
    assert int(dataset.cardinality()) == 2
    assert dataset.element_spec[0].shape == (6, 2, 2, 3)
    again = plain_dataset(images, attributes, 2, batches=3, seed=1)
    assert drawn(again, 13) == epochs[0]
    other = plain_dataset(images, attributes, 2, batches=3, seed=2)
    assert drawn(other, 13) != epochs[0]
    in_order = plain_dataset((images, attributes), None, 2, 3, 1, shuffle=False)
    assert drawn(in_order, 13) == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


@pytest.mark.parametrize("drop", [False, True])
def test_batches_of_a_data_set_are_put_together(drop):
    data = tf.data.Dataset.from_tensor_slices(numbered(11)).batch(2, drop_remainder=drop)
    dataset = plain_dataset(data, None, None, batches=3, seed=1)
    expected = [[0, 1, 2, 3, 4, 5]] if drop else [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 0]]
    assert drawn(dataset, 11) == expected
    assert int(dataset.cardinality()) == len(expected)
    assert dataset.element_spec[0].shape == (6, 2, 2, 3)


def test_a_data_set_of_unknown_length_is_used_to_its_end():
    data = tf.data.Dataset.from_tensor_slices(numbered(11)).filter(lambda *_: True).batch(2)
    dataset = plain_dataset(data, None, None, batches=2, seed=1)
    assert drawn(dataset, 11) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_other_data_are_left_alone():
    dicts = tf.data.Dataset.from_tensors({"images": tf.zeros((2, 1, 4, 4, 3))})
    assert plain_dataset(dicts, None, None, 2, 0) is None
    assert plain_dataset(iter([]), None, None, 2, 0) is None


IMAGES, ATTRIBUTES = numbered(12)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (IMAGES[:5], ATTRIBUTES[:5], "takes 3 batches of 2 images, 6 in all.*Received: 5 images"),
        (IMAGES, ATTRIBUTES[:7], "as many attribute vectors as images. Received: 7 and 12"),
        (IMAGES * 127.5 + 127.5, ATTRIBUTES, r"pixels / 127.5 - 1.*float32 from 0 to 255"),
        (np.zeros((12, 2, 2, 3), np.uint8), ATTRIBUTES, "Received: uint8 from 0 to 0"),
        (
            IMAGES[..., 0],
            ATTRIBUTES,
            r"shape \(N, height, width, 3\). Received: shape \(12, 2, 2\)",
        ),
        (IMAGES, ATTRIBUTES * 2 - 1, r"CelebA's -1 and 1.*Received: -1, 1"),
        (IMAGES, ATTRIBUTES[:, 0], r"shape \(N, attributes\). Received: shape \(12,\)"),
    ],
)
def test_data_that_do_not_fit_are_refused(x, y, message):
    with pytest.raises(ValueError, match=message):
        plain_dataset(x, y, 2, batches=3, seed=0)


def test_data_sets_that_do_not_fit_are_refused():
    data = tf.data.Dataset.from_tensor_slices((IMAGES, ATTRIBUTES)).batch(5)
    with pytest.raises(ValueError, match="takes 4 batches of 5 images.*Received: 3 batches"):
        plain_dataset(data, None, None, 4, 0)
    with pytest.raises(ValueError, match="already contains the attributes and is batched"):
        plain_dataset(data, None, 4, 2, 0)
    with pytest.raises(ValueError, match="is empty"):
        plain_dataset(data.take(0), None, None, 2, 0)
    weighted = data.map(lambda images, attributes: (images, attributes, attributes[:, 0]))
    with pytest.raises(ValueError, match="sample weights are not supported. Received: 3 parts"):
        plain_dataset(weighted, None, None, 2, 0)
