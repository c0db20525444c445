"""What the official FaderNetworks drew at random in a step, found in a file under any name."""

import functools
import itertools
import re

import numpy as np
import tensorflow as tf

from stgan_tf.official.torch_arrays import images as nhwc


def keep_factors(fixture, start, rate):
    """The file's dropout masks of a step's first use of a network, as our factors, then of its
    second.
    """
    found = ([], [])
    for name in sorted(fixture.names(start)):
        if re.search(r"\.mask(#\d+)?$", name):
            found["#2" in name].append(tf.constant(nhwc(fixture[name]) / (1 - rate)))
            fixture.compared.add(name)
    return tuple(tuple(factors) for factors in found)


def columns_of_loss(categories, columns, logits, loss, least_shift, exact):
    """The labels that were drawn for `columns`: of all that there can be, those that give the
    recorded loss of the logits, best first: several where an image is twice in the batch.

    Args:
        least_shift: 1 where each category was changed, 0 where it may be what it was.
        exact: Whether the loss was recorded in float64.
    """
    blocks = categories.split(tf.constant(columns))
    shifts = itertools.product(*(range(least_shift, size) for size in categories.sizes))
    changed = np.stack(
        [
            np.concatenate([np.roll(y, by, axis=1) for y, by in zip(blocks, some, strict=True)], 1)
            for some in shifts
        ]
    )
    chances = [tf.nn.log_softmax(block) for block in categories.split(tf.constant(logits))]
    of_image = -np.sum(changed * np.concatenate(chances, axis=1), axis=-1) / len(columns)
    assert len(changed) ** len(columns) < 1e7, "too many labels are possible"
    totals = functools.reduce(np.add.outer, of_image.T)
    distances = np.abs(totals - loss)
    limit = distances.min() + (1e-12 if exact else 1e-6)
    found = sorted(np.argwhere(distances <= limit), key=lambda which: distances[tuple(which)])
    rows = np.arange(len(columns))
    return [changed[which, rows] for which in found[:50]]


def columns_of_images(categories, decode, images):
    """The labels with which `decode` gives these images, one image by itself (B, ...)."""
    rows = itertools.product(*(np.eye(size) for size in categories.sizes))
    tried = np.stack([np.concatenate(row) for row in rows]).astype(images.dtype)
    made = [np.abs(decode(np.tile(row, (len(images), 1))) - images) for row in tried]
    distances = np.stack([far.reshape(len(images), -1).max(axis=1) for far in made])
    return tried[np.argmin(distances, axis=0)]


def random_columns(fixture, start, categories, loss_of, others):
    """The random labels of a step: the recorded ones, whatever they are called, or of `others`, a
    function for files without them, those that give the recorded loss.
    """
    shape = fixture[f"{start}.y"].shape
    names = [
        name
        for name in fixture.arrays
        if name.startswith((f"{start}.", "rand."))
        and name not in fixture.compared
        and name != f"{start}.y"
    ]
    candidates = [fixture[name] for name in names if fixture[name].shape == shape]
    candidates = [array for array in candidates if _is_one_hot(array, categories)]
    whole = [fixture[name].reshape(-1) for name in sorted(names) if fixture[name].size == shape[0]]
    for first in range(len(whole) - len(categories.sizes) + 1):
        rows = whole[first : first + len(categories.sizes)]
        if all(np.isin(r, range(n)).all() for r, n in zip(rows, categories.sizes, strict=True)):
            eyes = [np.eye(n)[r.astype(int)] for r, n in zip(rows, categories.sizes, strict=True)]
            candidates.append(np.concatenate(eyes, axis=1))
    candidates = candidates or others()
    dtype = fixture[f"{start}.y"].dtype
    losses = [loss_of(tf.constant(columns.astype(dtype))) for columns in candidates]
    distances = np.abs(np.array(losses) - fixture[f"{start}.loss.total"])
    return candidates[int(np.argmin(distances))].astype(dtype)


def _is_one_hot(array, categories):
    blocks = categories.split(tf.constant(array))
    return np.isin(array, (0, 1)).all() and all(
        (np.asarray(block).sum(axis=1) == 1).all() for block in blocks
    )


def draws_of(categories, columns, changed):
    """All forms in which labels drawn for `columns` may be recorded."""
    found, pairs = [changed], zip(categories.split(columns), categories.split(changed), strict=True)
    for before, after in pairs:
        size = before.shape[1]
        before, after = np.argmax(before, axis=1), np.argmax(after, axis=1)
        shift = (after - before) % size
        found += [after, shift, shift - 1]
    return found


def is_all_kept(fixture, name):
    """Whether it is a dropout mask of a network that drops nothing, as it is not in training."""
    return bool(re.search(r"\.mask(#\d+)?$", name)) and (fixture[name] == 1).all()
