"""Rectifiers (ReLU, leaky ReLU) whose input is zero up to rounding, and their two branches.

At such a unit, rounding decides which slope a gradient takes, so two correct programs can differ by
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

#: How much rounding changes a rectifier's inputs, relative to their root mean square: float32's
#: 2^-24, times the square root of the terms in a sum (4 x 4 x 256), over half a dozen layers.
ROUNDING = 2.0**-24 * 64 * 6
#: How many units to try whose branches the official values do not show, those nearest to zero
#: first. Each try computes the gradients again.
MOST_TRIED = 16
#: Pinning one more unit must reduce the excess errors at least to this share; otherwise it does not
#: explain them.
_REMAINDER = 0.9


@dataclasses.dataclass(frozen=True)
class Unit:
    """One element of a rectifier's input: the number of the call, and the flat index."""

    call: int
    index: int


@contextlib.contextmanager
def pinned(units: Collection[Unit], inputs: list[np.ndarray] | None = None) -> Iterator[None]:
    """Context in which rectifiers of ConvBlock and Discriminator take the other branch at `units`.

    For eager computations in one thread, whose calls are numbered from 0. The input of each call is
    appended to `inputs`.
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
    """Units within rounding error of zero, from call `first_call` on, the nearest first."""
    found = []
    for call in range(first_call, len(inputs)):
        distances = np.abs(inputs[call].ravel()) / _scale(inputs[call])
        for index in np.flatnonzero(distances <= ROUNDING):
            found.append((distances[index], call, int(index)))
    return [Unit(call, index) for _, call, index in sorted(found)]


def units_that_differ(call: int, inputs: np.ndarray, outputs: np.ndarray) -> list[Unit]:
    """Units of a leaky ReLU whose input has a different sign than in the official `outputs`.

    In both, the input is within rounding error of zero.
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
    """The rows of a comparison with units pinned, and one more row that counts these units.

    The units in `shown`, whose official branches are known, are always pinned. While a row fails,
    the unit of `hidden` that explains most of the excess is pinned too. The bounds do not change,
    so errors that no branch explains still fail.

    Args:
        title: Start of the additional row's name.
        compare: Makes the rows with the given units pinned.
        hidden: Units at a kink whose official branches are unknown.
        shown: Units whose official branches are known to differ from ours.
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
