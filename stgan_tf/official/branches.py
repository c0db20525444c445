"""Rectifiers (ReLU, leaky ReLU) whose input is zero but for rounding, and their two branches.

At such a unit rounding decides which slope a gradient takes, so that two correct programs differ by
far more than rounding. Neither is wrong: with the unit pinned to the other's branch they agree.
"""

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ACTIVATIONS, LEAKY_RELU_SLOPE
from stgan_tf.official.comparison import Comparison

#: How far rounding moves a rectifier's inputs, as a share of their root mean square: float32's
#: 2^-24, times the square root of the terms of a sum (4 x 4 x 256), through half a dozen layers.
ROUNDING = 2.0**-24 * 64 * 6
#: Units that are tried where the official values do not show their branches, the nearest to zero
#: first. Each costs the gradients once more.
MOST_TRIED = 16
#: What pinning one more unit must leave of the errors beyond their bounds; else it explains none.
_REMAINDER = 0.9


@dataclasses.dataclass(frozen=True)
class Unit:
    """One element of a rectifier's input: which call of a computation, and the flat index."""

    call: int
    index: int


@contextlib.contextmanager
def pinned(units: Collection[Unit], inputs: list[np.ndarray] | None = None) -> Iterator[None]:
    """While it lasts, rectifiers of ConvBlock and Discriminator take the other branch at `units`.

    For eager computations in one thread, whose calls are numbered from 0. `inputs` receives the
    input of each call.
    """
    numbers = itertools.count()

    def rectifier(plain, slope):
        def rectify(values):
            number = next(numbers)
            if inputs is not None:
                inputs.append(values.numpy())
            indices = [unit.index for unit in units if unit.call == number]
            if not indices:
                return plain(values)
            positive = values.numpy() > 0
            positive.flat[indices] ^= True
            return tf.where(positive, values, slope * values)

        return rectify

    slopes = {"relu": 0.0, "leaky_relu": LEAKY_RELU_SLOPE}
    plain = {name: ACTIVATIONS[name] for name in slopes}
    ACTIVATIONS.update({name: rectifier(plain[name], slope) for name, slope in slopes.items()})
    try:
        yield
    finally:
        ACTIVATIONS.update(plain)


def units_at_kinks(inputs: Sequence[np.ndarray], first_call: int = 0) -> list[Unit]:
    """Units within rounding of zero in the calls from `first_call` on, the nearest first."""
    found = []
    for call in range(first_call, len(inputs)):
        distances = np.abs(inputs[call].ravel()) / _scale(inputs[call])
        for index in np.flatnonzero(distances <= ROUNDING):
            found.append((distances[index], call, int(index)))
    return [Unit(call, index) for _, call, index in sorted(found)]


def units_that_differ(call: int, inputs: np.ndarray, outputs: np.ndarray) -> list[Unit]:
    """Units of a leaky ReLU whose input is on one side of zero here and on the other in the
    official `outputs`, both within rounding.
    """
    theirs = np.where(outputs > 0, outputs, outputs / LEAKY_RELU_SLOPE)
    largest = np.maximum(np.abs(inputs), np.abs(theirs))
    differ = ((inputs > 0) != (theirs > 0)) & (largest <= ROUNDING * _scale(inputs))
    return [Unit(call, int(index)) for index in np.flatnonzero(differ)]


def _scale(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64)))) or 1.0


def explain(
    title: str,
    compare: Callable[[Collection[Unit]], list[Comparison]],
    hidden: Sequence[Unit],
    shown: Sequence[Unit] = (),
) -> list[Comparison]:
    """The rows of `compare`, a comparison with units pinned, and one that counts the units.

    Pinned are `shown`, whose official branches are known, and then, while a row fails, that one of
    `hidden` which explains most of what is beyond the bounds. The bounds stay what they are, so
    what no branch explains fails as before.
    """
    chosen, left = list(shown), list(hidden[:MOST_TRIED])
    rows = compare(chosen)
    while left and (excess := _excess(rows)):
        trials = [(compare([*chosen, unit]), unit) for unit in left]
        better, unit = min(trials, key=lambda trial: _excess(trial[0]))
        if _excess(better) > _REMAINDER * excess:
            break
        rows = better
        chosen.append(unit)
        left.remove(unit)
    near = len(shown) + len(hidden)
    return [*rows, Comparison(f"{title}: units at a kink", near, "pinned", len(chosen), near, "")]


def _excess(rows: Sequence[Comparison]) -> float:
    shares = [row.error / max(row.bound, 1e-30) for row in rows if not row.passed]
    return float("inf") if np.isnan(shares).any() else float(sum(shares))
