"""Errors relative to expected values, their bounds, and a table of them."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from stgan_tf.official.checkpoint_files import OfficialCheckpointError

#: Bounds for the absolute error of an activation and the relative error of a loss: float32 causes
#: errors of about 1e-5 over a dozen layers.
ABSOLUTE, RELATIVE = 1e-4, 1e-4
#: Bound for the relative L2 error of a gradient: float32 causes 2e-5 in small networks and 2e-4 at
#: 128 px and full width.
GRADIENT = 5e-4
#: Bound for the relative L2 error of a variable after one Adam step, in addition to the effect of
#: its gradient's bound.
UPDATED = 1e-5

#: Arrays with a smaller L2 norm are compared as if they had this norm, so that for values that are
#: zero up to rounding only the absolute error counts.
_SMALLEST_NORM = 1e-2


@dataclasses.dataclass(frozen=True)
class Comparison:
    """The worst of several errors of one kind.

    Attributes:
        quantity: What was compared.
        count: Number of arrays or values compared.
        measure: The kind of error: "max abs", "relative" or "relative L2"; or a count of
            "differing" names or "pinned" units (`branches`).
        error, bound: The worst error, and its bound.
        worst: Name of the array with the worst error.
    """

    quantity: str
    count: int
    measure: str
    error: float
    bound: float
    worst: str

    @property
    def passed(self) -> bool:
        """Whether the worst error is within its bound."""
        return bool(self.error <= self.bound)  # False for NaN


def absolute(quantity: str, pairs: Iterable[tuple[str, object, object]]) -> list[Comparison]:
    """One row with the largest absolute error of arrays (name, ours, expected); none for no arrays.

    Raises:
        OfficialCheckpointError: Shapes differ.
    """
    return _worst(quantity, "max abs", [(n, _largest(n, a, b), ABSOLUTE) for n, a, b in pairs])


def relative(quantity: str, pairs: Iterable[tuple[str, object, object]]) -> list[Comparison]:
    """Like `absolute`, with errors divided by the largest expected absolute value, if above 1."""
    errors = [
        (n, _largest(n, a, b) / max(1.0, float(np.max(np.abs(b)))), RELATIVE) for n, a, b in pairs
    ]
    return _worst(quantity, "relative", errors)


def relative_l2(
    quantity: str, rows: Iterable[tuple[str, object, object, float]]
) -> list[Comparison]:
    """Like `absolute`, with the error |ours - expected| / |expected| in L2 norms.

    Each array (name, ours, expected, bound) has its own bound.
    """
    errors = []
    for name, ours, expected, bound in rows:
        norm = max(float(np.linalg.norm(expected)), _SMALLEST_NORM)
        error = float(np.linalg.norm(_difference(name, ours, expected))) / norm
        errors.append((name, error, bound))
    return _worst(quantity, "relative L2", errors)


def same_names(quantity: str, ours: set[str], expected: set[str]) -> Comparison:
    """A row that counts the names that are in only one of the sets."""
    differing = sorted(ours ^ expected)
    return Comparison(
        quantity, len(expected), "differing", len(differing), 0, differing[0] if differing else ""
    )


def table(comparisons: Sequence[Comparison]) -> str:
    """A plain-text table with one row per comparison."""
    width = max(len(row.quantity) for row in comparisons)
    lines = [f"{'quantity':{width}}  arrays  worst error    bound  {'':11}  in"]
    for row in comparisons:
        counted = row.measure in ("differing", "pinned")
        formats = ("11", "7") if counted else ("11.1e", "7.0e")
        error, bound = (
            format(value, code) for value, code in zip((row.error, row.bound), formats, strict=True)
        )
        lines.append(
            f"{row.quantity:{width}}  {row.count:6}  {error}  {bound}  "
            f"{row.measure:11}  {row.worst}{'' if row.passed else '  <- FAILED'}"
        )
    return "\n".join(lines)


def _difference(name, ours, expected) -> np.ndarray:
    ours, expected = np.asarray(ours, np.float64), np.asarray(expected, np.float64)
    if ours.shape != expected.shape:
        raise OfficialCheckpointError(
            f"{name} has shape {expected.shape} in the expected values, but {ours.shape} in the "
            "checkpoint's network: the values are not those of this checkpoint."
        )
    return ours - expected


def _largest(name, ours, expected) -> float:
    return float(np.max(np.abs(_difference(name, ours, expected)), initial=0.0))


def _worst(quantity, measure, errors) -> list[Comparison]:
    if not errors:
        return []

    def share_of_bound(row):
        _, error, bound = row
        return np.inf if np.isnan(error) else error / bound  # NaN is the worst error

    name, error, bound = max(errors, key=share_of_bound)
    return [Comparison(quantity, len(errors), measure, error, bound, name)]
