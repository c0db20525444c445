"""Gradient accumulation: a batch in parts, one after the other, for memory."""

from collections.abc import Callable

import tensorflow as tf


def accumulated(compute: Callable, steps: int, batch: dict, *noise: tf.Tensor | None):
    """(variables, gradients, terms) of `batch` by `steps` calls of `compute` on equal parts of it.

    `compute(batch, *noise)` returns (variables, gradients, terms), which are means over images; so
    the means over the parts are those of the whole batch, except for what looks at several images
    at once: batch normalisation takes the statistics of each part, and moves its averages once a
    part. A part starts when the gradients of the part before are there, so that only one part's
    activations are held. `noise`: tensors with a row an image, or None.
    """
    if steps == 1:
        return compute(batch, *noise)
    sums, term_sums, finished = None, None, []
    for step in range(steps):
        with tf.control_dependencies(finished):
            part = {name: _part(values, step, steps) for name, values in batch.items()}
            part_noise = [value if value is None else _part(value, step, steps) for value in noise]
        variables, gradients, terms = compute(part, *part_noise)
        finished = gradients
        if sums is None:
            sums, term_sums = gradients, terms
        else:
            sums = [a + b for a, b in zip(sums, gradients, strict=True)]
            term_sums = {name: term_sums[name] + value for name, value in terms.items()}
    means = {name: value / steps for name, value in term_sums.items()}
    return variables, [gradient / steps for gradient in sums], means


def _part(values: tf.Tensor, step: int, steps: int) -> tf.Tensor:
    rows = values.shape[0] // steps
    return tf.identity(values[step * rows : (step + 1) * rows])
