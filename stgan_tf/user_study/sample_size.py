"""How many answers tell given shares of choices apart. No TensorFlow here."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

#: The power of an exact test does not grow steadily: it must be reached for this many sizes on end.
_STEADY = 30
_MOST_ANSWERS = 10_000_000


class PairPlan(NamedTuple):
    """Two systems, and the number of answers that tell them apart; None if their shares are equal
    or more than 10 million answers were needed.
    """

    first: str
    second: str
    answers: int | None


def plan_pairs(shares: Mapping[str, float], alpha: float, power: float) -> list[PairPlan]:
    """The answers needed for each pair of systems.

    Args:
        shares: {system: the share of choices it is expected to get}, adding up to 1.
        alpha: Error probability for all pairs together; each is tested at alpha / pairs, the
            strictest level of Holm's correction.
        power: Probability of telling a pair apart.

    Raises ValueError for shares that do not add up to 1 or are not above 0.
    """
    if len(shares) < 2 or min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 0.01:
        raise ValueError(
            "--shares must be two or more numbers above 0 that add up to 1. Received: "
            f"{', '.join(f'{value:g}' for value in shares.values()) or 'none'}."
        )
    pairs = list(itertools.combinations(shares, 2))
    return [
        PairPlan(a, b, answers_needed(shares[a], shares[b], alpha / len(pairs), power))
        for a, b in pairs
    ]


def answers_needed(share: float, other: float, alpha: float, power: float) -> int | None:
    """How many answers an exact two-sided sign test of two shares needs; None as in `PairPlan`.

    Only answers that choose one of the two count in the test; the others are planned for.
    """
    if share == other:
        return None
    rate = share / (share + other)
    # The normal approximation is below the exact number, by less than a third.
    z = stats.norm.isf(alpha / 2) + stats.norm.isf(1 - power)
    start = max(1, int(z**2 * rate * (1 - rate) / (rate - 0.5) ** 2 * 2 / 3))
    while start / (share + other) < _MOST_ANSWERS:
        sizes = np.arange(start, start + max(1000, start // 10))
        enough = np.lib.stride_tricks.sliding_window_view(
            sign_test_power(sizes, rate, alpha) >= power, _STEADY
        ).all(axis=1)
        if enough.any():
            return math.ceil(int(sizes[enough.argmax()]) / (share + other))
        start = int(sizes[-_STEADY + 1])
    return None


def sign_test_power(sizes: np.ndarray, rate: float, alpha: float) -> np.ndarray:
    """The probability that an exact two-sided sign test at level `alpha` rejects a rate of 1/2, for
    each of `sizes` answers, when the rate is `rate`.
    """
    # Rejected are up to `limit` answers for either; -1: never.
    limit = stats.binom.ppf(alpha / 2, sizes, 0.5)
    limit = np.where(stats.binom.cdf(limit, sizes, 0.5) > alpha / 2, limit - 1, limit)
    few = stats.binom.cdf(limit, sizes, rate)
    return few + stats.binom.sf(sizes - limit - 1, sizes, rate)


def participants_needed(answers: int, num_questions: int, correlation: float) -> int:
    """How many participants give as much information as `answers` independent answers.

    Args:
        num_questions: Of each participant.
        correlation: Between two answers of the same participant (intra-class), 0..1.
    """
    design_effect = 1 + (num_questions - 1) * correlation
    return math.ceil(answers * design_effect / num_questions)


def plan_text(pairs: Sequence[PairPlan], num_questions: int, correlation: float) -> str:
    """What `study plan` prints: the participants needed for each pair, and for all of them."""
    header = ("pair", "answers if independent", "participants", "answers in all")
    rows = []
    for pair in pairs:
        name = f"{pair.first} and {pair.second}"
        if pair.answers is None:
            rows.append((name, "not to be told apart", "-", "-"))
            continue
        people = participants_needed(pair.answers, num_questions, correlation)
        rows.append((name, f"{pair.answers:,}", f"{people:,}", f"{people * num_questions:,}"))
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (header, *rows)
    ]
    lines.append("")
    known = [pair.answers for pair in pairs if pair.answers is not None]
    if known:
        people = participants_needed(max(known), num_questions, correlation)
        lines.append(
            f"{people:,} participants with {num_questions} questions each tell all pairs apart"
            + (" that differ." if len(known) < len(pairs) else ".")
        )
    lines.append(
        "For results by attribute, each attribute needs as many answers: multiply by their number."
    )
    return "\n".join(lines)
