"""Gradient accumulation: processes a batch in parts, one after the other, to save memory."""

from collections.abc import Callable

import tensorflow as tf


def accumulated(compute: Callable, steps: int, batch: dict, *noise: tf.Tensor | None):
    """Computes the gradients of `batch` in `steps` equal parts.

    The gradients and terms are means over images, so their means over the parts are those of the
    whole batch, except for layers that look at several images at once: batch normalisation uses the
    statistics of each part, and updates its moving averages once per part. A part starts only when
    the gradients of the previous one are complete, so only one part's activations are in memory.

    Args:
        compute: Function of (batch, *noise) that returns (variables, gradients, terms).
        steps: Number of parts; must divide the batch size.
        batch: {name: tensor with one row per image}.
        noise: Tensors with one row per image, or None; split like the batch.

    Returns:
        (variables, gradients, terms) of the whole batch.

    Raises:
        ValueError: The batch cannot be divided into `steps` equal parts.
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
    if values.shape[0] % steps:
        raise ValueError(
            f"The batch size must be divisible by accumulation_steps={steps}. Received: "
            f"{values.shape[0]} images."
        )
    rows = values.shape[0] // steps
    return tf.identity(values[step * rows : (step + 1) * rows])
