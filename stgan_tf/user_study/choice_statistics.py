"""What choices and rankings say about the systems: shares, strengths, tests and agreement. No
TensorFlow here.
"""

import collections
import itertools
import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

_Z = 1.959963984540054  # of 95 % intervals
#: (the chosen system, those that it was preferred to, ascending)
Choice = tuple[int, tuple[int, ...]]


class Ballot(NamedTuple):
    """An answer, in terms of the systems' indices 0..S-1.

    participant, question: Their numbers.
    ranking: The best system, or all of them, the best first.
    systems: All systems of the question.
    position: Where the best one was shown, from 0.
    """

    participant: str
    question: str
    ranking: tuple[int, ...]
    systems: tuple[int, ...]
    position: int


class Estimate(NamedTuple):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


class PairTest(NamedTuple):
    """Two systems: how often each was preferred to the other, the exact p-value of both being
    preferred equally often, and the p-value after Holm's correction for all pairs.
    """

    first: int
    second: int
    first_preferred: int
    second_preferred: int
    p: float
    p_holm: float


def chosen_counts(ballots: Sequence[Ballot], number: int) -> np.ndarray:
    """(S,) int: how often each of `number` systems was the best."""
    return np.bincount([ballot.ranking[0] for ballot in ballots], minlength=number)


def wilson(count: int, total: int) -> Estimate:
    """The share count / total with Wilson's interval; `total` is at least 1."""
    from statsmodels.stats.proportion import proportion_confint  # in an extra, and slow to import

    low, high = proportion_confint(count, total, method="wilson")
    return Estimate(count / total, float(low), float(high))


def strengths(ballots: Sequence[Ballot], number: int) -> list[Estimate | None]:
    """The systems' strengths in the model of Bradley and Terry, for more than two systems that of
    Plackett and Luce: system i is the best of some with probability exp(strength_i) / sum_j
    exp(strength_j), and a ranking is a sequence of such choices. Their mean is 0.

    None for a system that was never, or always, preferred to the others: its estimate is infinite.
    The intervals are Wald's.
    """
    choices = [choice for ballot in ballots for choice in _choices(ballot)]
    finite = _comparable(choices, number)
    result: list[Estimate | None] = [None] * number
    if len(finite) < 2:
        return result
    counts = collections.Counter(_among(choices, set(finite)))
    values, covariance = _log_linear_fit(counts, finite)
    # Only differences are estimated: relative to the mean, not to the first.
    centre = np.eye(len(finite)) - 1 / len(finite)
    values, covariance = centre @ values, centre @ covariance @ centre.T
    for i, system in enumerate(finite):
        margin = _Z * math.sqrt(covariance[i, i])
        value = float(values[i])
        result[system] = Estimate(value, value - margin, value + margin)
    return result


def _comparable(choices: Sequence[Choice], number: int) -> list[int]:
    """The largest set of systems whose strengths are finite relative to each other: each was
    preferred, if only by way of others, to each.
    """
    from scipy.sparse.csgraph import connected_components

    beaten = np.zeros((number, number), bool)
    for winner, losers in choices:
        beaten[winner, list(losers)] = True
    _, labels = connected_components(beaten, connection="strong")
    return np.flatnonzero(labels == np.bincount(labels).argmax()).tolist()


def _log_linear_fit(
    counts: Mapping[Choice, int], systems: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Strengths (S,) relative to the first system's and their covariance (S, S).

    The choices from a set are multinomial; a Poisson model of their counts with a constant for
    each set has the same estimates and covariance, and needs each kind of choice only once.
    """
    from statsmodels.discrete.discrete_model import Poisson
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    sets = list(dict.fromkeys(frozenset((winner, *losers)) for winner, losers in counts))
    rows, observed = [], []
    for members in sets:
        for winner in sorted(members):
            rows.append([winner == other for other in systems[1:]] + [members == s for s in sets])
            losers = tuple(sorted(members - {winner}))
            observed.append(counts.get((winner, losers), 0))
    counted, design = np.array(observed, float), np.array(rows, float)
    others = len(systems) - 1
    # Equal strengths, and each set as often as it came up.
    start = np.zeros(design.shape[1])
    start[others:] = [np.log(counted[design[:, others + i] > 0].mean()) for i in range(len(sets))]
    with warnings.catch_warnings():
        # With a single set the model is saturated and fits exactly, as it should.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = Poisson(counted, design).fit(start, method="newton", maxiter=100, disp=False)
    covariance = np.zeros((len(systems),) * 2)
    covariance[1:, 1:] = fit.cov_params()[:others, :others]
    return np.concatenate([[0.0], fit.params[:others]]), covariance


def pair_tests(ballots: Sequence[Ballot], number: int) -> list[PairTest]:
    """Exact sign tests of all pairs with Holm's correction, over the answers that prefer one to the
    other: all rankings, or the choices of one of the two.
    """
    from scipy.stats import binomtest

    preferred = np.zeros((number, number), int)
    for ballot in ballots:
        for winner, losers in _choices(ballot):
            preferred[winner, list(losers)] += 1
    pairs = list(itertools.combinations(range(number), 2))
    counts = [(int(preferred[i, j]), int(preferred[j, i])) for i, j in pairs]
    values = [binomtest(a, a + b).pvalue if a + b else 1.0 for a, b in counts]
    corrected = _holm(np.array(values))
    return [
        PairTest(*pair, *count, float(p), float(holm))
        for pair, count, p, holm in zip(pairs, counts, values, corrected, strict=True)
    ]


def _holm(values: np.ndarray) -> np.ndarray:
    """Holm's correction of p-values. That of statsmodels runs a full garbage collection."""
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(steps, 1.0)
    return corrected


def fleiss_kappa(ballots: Sequence[Ballot], number: int) -> tuple[float | None, int]:
    """Fleiss' kappa of the chosen systems, and the number of participants it is computed from:
    those who answered every question. None for fewer than two of them, or if they always chose the
    same system.
    """
    from statsmodels.stats.inter_rater import fleiss_kappa as kappa_of

    questions = sorted({ballot.question for ballot in ballots})
    answered = collections.Counter(ballot.participant for ballot in ballots)
    complete = {who for who, count in answered.items() if count == len(questions)}
    row = {question: i for i, question in enumerate(questions)}
    table = np.zeros((len(questions), number), int)
    for ballot in ballots:
        if ballot.participant in complete:
            table[row[ballot.question], ballot.ranking[0]] += 1
    if len(complete) < 2 or np.count_nonzero(table.sum(axis=0)) < 2:
        return None, len(complete)
    return float(kappa_of(table)), len(complete)


def position_counts(ballots: Sequence[Ballot]) -> tuple[list[int], float | None]:
    """How often the picture in each place was chosen, and the p-value of a chi-squared test that no
    place is preferred; None without answers.
    """
    from scipy.stats import chisquare

    if not ballots:
        return [], None
    places = max(len(ballot.systems) for ballot in ballots)
    counts = np.bincount([ballot.position for ballot in ballots], minlength=places)
    return counts.tolist(), float(chisquare(counts).pvalue)


def _choices(ballot: Ballot) -> Iterator[Choice]:
    """A ranking as a sequence of choices from what is left."""
    left = sorted(ballot.systems)
    for winner in ballot.ranking:
        left.remove(winner)
        if left:
            yield winner, tuple(left)


def _among(choices: Iterable[Choice], systems: set[int]) -> list[Choice]:
    """The choices of, and from, `systems` only."""
    kept = [
        (winner, tuple(loser for loser in losers if loser in systems))
        for winner, losers in choices
        if winner in systems
    ]
    return [(winner, losers) for winner, losers in kept if losers]
