"""What the official FaderNetworks drew at random in a step, found in a file under any name."""

import itertools
import re

import numpy as np
import tensorflow as tf

from stgan_tf.official.torch_arrays import images as nhwc
from stgan_tf.systems.fadernet.losses import attributes_loss


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


def wrong_columns(categories, columns, logits, loss):
    """The flipped labels of a step: of all that there can be, those that give the recorded loss, a
    list, because there are several where an image is twice in the batch.
    """
    blocks = [np.asarray(block) for block in categories.split(tf.constant(columns))]
    choices = []
    for block in blocks:
        size = block.shape[1]
        shifts = itertools.product(range(1, size), repeat=len(block))
        choices.append([_shifted(block, shift) for shift in shifts])
    tried = itertools.product(*choices)
    flipped = [np.concatenate(choice, axis=1) for choice in tried]
    losses = [float(attributes_loss(y, logits, categories.sizes)) for y in flipped]
    distances = np.abs(np.array(losses) - loss)
    limit = distances.min() + (1e-12 if columns.dtype == np.float64 else 1e-6)
    return [flipped[i] for i in np.flatnonzero(distances <= limit)]


def _shifted(block, shift):
    return np.stack([np.roll(row, by) for row, by in zip(block, shift, strict=True)])


def random_columns(fixture, start, categories, loss_of):
    """The random labels of a step: the recorded ones, whatever they are called, that give the
    recorded loss.
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
    assert candidates, f"{fixture.name}: {start}: no random labels are recorded in {names}"
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
