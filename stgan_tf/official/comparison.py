"""Errors against expected values, their bounds, and the table of them."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from stgan_tf.official.checkpoint_files import OfficialCheckpointError

#: Largest absolute error of an activation, and relative error of a loss: float32 through a dozen
#: layers leaves some 1e-5.
ABSOLUTE, RELATIVE = 1e-4, 1e-4
#: Relative L2 error of a gradient: float32 leaves 2e-5 in small networks, 2e-4 at 128 px and full
#: width.
GRADIENT = 5e-4
#: Relative L2 error of a variable after one Adam step, beside what its gradient's bound allows.
UPDATED = 1e-5

#: Arrays of a smaller L2 norm are compared as if they had this one: of what is zero but for
#: rounding only the absolute error counts.
_SMALLEST_NORM = 1e-2


@dataclasses.dataclass(frozen=True)
class Comparison:
    """The worst of some errors of one kind.

    Attributes:
        quantity: What was compared.
        count: Arrays or numbers compared.
        measure: What the error is: "max abs", "relative", "relative L2"; "differing" names; or
            "pinned" units (`branches`).
        error, bound: The worst error, and what is allowed.
        worst: Name of the array it is in.
    """

    quantity: str
    count: int
    measure: str
    error: float
    bound: float
    worst: str

    @property
    def passed(self) -> bool:
        return bool(self.error <= self.bound)  # False for NaN


def absolute(quantity: str, pairs: Iterable[tuple[str, object, object]]) -> list[Comparison]:
    """One row for arrays (name, ours, expected); none where there are no arrays."""
    return _worst(quantity, "max abs", [(n, _largest(n, a, b), ABSOLUTE) for n, a, b in pairs])


def relative(quantity: str, pairs: Iterable[tuple[str, object, object]]) -> list[Comparison]:
    """As `absolute`; the errors are divided by the expected array's largest value, if above 1."""
    errors = [
        (n, _largest(n, a, b) / max(1.0, float(np.max(np.abs(b)))), RELATIVE) for n, a, b in pairs
    ]
    return _worst(quantity, "relative", errors)


def relative_l2(
    quantity: str, rows: Iterable[tuple[str, object, object, float]]
) -> list[Comparison]:
    """As `absolute`; the error is |ours - expected| / |expected|, both L2 norms, and each array
    (name, ours, expected, bound) has a bound of its own.
    """
    errors = []
    for name, ours, expected, bound in rows:
        norm = max(float(np.linalg.norm(expected)), _SMALLEST_NORM)
        error = float(np.linalg.norm(_difference(name, ours, expected))) / norm
        errors.append((name, error, bound))
    return _worst(quantity, "relative L2", errors)


def same_names(quantity: str, ours: set[str], expected: set[str]) -> Comparison:
    """A row that counts the names in one of the sets only."""
    differing = sorted(ours ^ expected)
    return Comparison(
        quantity, len(expected), "differing", len(differing), 0, differing[0] if differing else ""
    )


def table(comparisons: Sequence[Comparison]) -> str:
    """Plain-text table, one row a comparison."""
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
            f"{name} has the shape {expected.shape} in the expected values, {ours.shape} in the "
            "checkpoint's network: they are not of this checkpoint."
        )
    return ours - expected


def _largest(name, ours, expected) -> float:
    return float(np.max(np.abs(_difference(name, ours, expected)), initial=0.0))


def _worst(quantity, measure, errors) -> list[Comparison]:
    if not errors:
        return []

    def share_of_bound(row):
        _, error, bound = row
        return np.inf if np.isnan(error) else error / bound  # NaN is the worst of all

    name, error, bound = max(errors, key=share_of_bound)
    return [Comparison(quantity, len(errors), measure, error, bound, name)]
