"""Shares, strengths, tests and agreement against values worked by hand or published."""

import math

import numpy as np
import pytest

from stgan_tf.user_study.choice_statistics import (
    Ballot,
    chosen_counts,
    fleiss_kappa,
    pair_tests,
    position_counts,
    strengths,
    wilson,
)


def choices(*counts):
    """`counts[i]` choices of system i, each by another participant."""
    systems = tuple(range(len(counts)))
    chosen = [system for system, count in enumerate(counts) for _ in range(count)]
    return [Ballot(str(i), "q", (system,), systems, 0) for i, system in enumerate(chosen)]


def rankings(*orders):
    return [Ballot(str(i), "q", order, tuple(sorted(order)), 0) for i, order in enumerate(orders)]


def test_wilsons_interval():
    # Newcombe (1998), table I: 81 of 263 and 15 of 148, Wilson's score without correction.
    assert wilson(81, 263) == pytest.approx((81 / 263, 0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((15 / 148, 0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0, 0.1611), abs=5e-5)


def test_two_systems_have_the_logit_and_its_standard_error():
    first, second = strengths(choices(30, 10), 2)
    error = 1.959964 * math.sqrt(1 / 30 + 1 / 10) / 2  # half the difference's
    assert first.value == pytest.approx(math.log(3) / 2, abs=1e-4)
    assert (first.low, first.high) == pytest.approx(
        (math.log(3) / 2 - error, math.log(3) / 2 + error), abs=1e-3
    )
    assert second == pytest.approx((-first.value, -first.high, -first.low), abs=1e-4)


def test_choices_among_several_have_the_logarithms_of_their_shares():
    found = strengths(choices(50, 30, 20), 3)
    logs = np.log([50, 30, 20])
    np.testing.assert_allclose([each.value for each in found], logs - logs.mean(), atol=1e-4)


def test_a_ranking_is_a_sequence_of_choices():
    # 0 is first in three of four; then 1 beats 2 in three of four. Each stage is a choice.
    orders = [(0, 1, 2)] * 6 + [(0, 2, 1)] * 2 + [(1, 0, 2)] * 2 + [(2, 0, 1)] * 2
    found = np.array([each.value for each in strengths(rankings(*orders), 3)])

    def likelihood(values):
        total = 0
        for order in orders:
            for stage in range(2):
                left = np.exp(values[list(order[stage:])])
                total += math.log(left[0] / left.sum())
        return total

    best = likelihood(found)
    for step in np.vstack([np.eye(3), -np.eye(3)]) * 0.02:
        assert likelihood(found + step) < best
    assert found.sum() == pytest.approx(0, abs=1e-9)


def test_what_was_never_or_always_preferred_has_no_finite_strength():
    found = strengths(choices(10, 20, 0), 3)
    assert found[2] is None
    assert found[1].value - found[0].value == pytest.approx(math.log(2), abs=1e-4)
    assert strengths(choices(10, 0, 0), 3) == [None] * 3
    # Without 2, which always lost, 1 has won nothing either.
    assert strengths(rankings((0, 1, 2), (0, 1, 2)), 3) == [None] * 3


def exact_p(few, total):
    return 2 * sum(math.comb(total, i) for i in range(few + 1)) / 2**total


def test_pairs_are_tested_exactly_and_corrected_by_holm():
    first, second, third = pair_tests(choices(30, 12, 18), 3)
    assert first[:4] == (0, 1, 30, 12) and second[:4] == (0, 2, 30, 18)
    assert third[:4] == (1, 2, 12, 18)
    assert first.p == pytest.approx(exact_p(12, 42))
    assert second.p == pytest.approx(exact_p(18, 48))
    assert third.p == pytest.approx(exact_p(12, 30))
    # Holm: the smallest times 3, the next times 2, the last as it is, and never decreasing.
    assert first.p_holm == pytest.approx(3 * first.p)
    assert second.p_holm == pytest.approx(2 * second.p)
    assert third.p_holm == pytest.approx(third.p)


def test_corrected_values_do_not_decrease_nor_exceed_1():
    alike = pair_tests(choices(30, 20, 20), 3)
    assert [test.p_holm for test in alike] == pytest.approx([3 * alike[0].p] * 2 + [1])
    assert [test.p_holm for test in pair_tests(choices(20, 20, 20), 3)] == [1, 1, 1]


def test_rankings_compare_every_pair():
    found = pair_tests(rankings((0, 1, 2), (0, 2, 1), (1, 0, 2)), 3)
    assert [test[:4] for test in found] == [(0, 1, 2, 1), (0, 2, 3, 0), (1, 2, 2, 1)]
    assert pair_tests(choices(3, 0, 0), 3)[2][2:] == (0, 0, 1.0, 1.0)


#: Fleiss (1971) as on Wikipedia: 10 subjects, 14 raters, 5 categories.
FLEISS = """
0 0 0 0 14
0 2 6 4 2
0 0 3 5 6
0 3 9 2 0
2 2 8 1 1
7 7 0 0 0
3 2 6 3 0
2 5 3 2 2
6 5 2 1 0
0 2 2 3 7
"""


def test_fleiss_kappa_of_the_published_example():
    ballots = []
    for subject, line in enumerate(FLEISS.split("\n")[1:-1]):
        chosen = np.repeat(np.arange(5), [int(count) for count in line.split()])
        for rater, category in enumerate(chosen):
            ballots.append(Ballot(str(rater), str(subject), (int(category),), tuple(range(5)), 0))
    kappa, raters = fleiss_kappa(ballots, 5)
    assert kappa == pytest.approx(0.210, abs=5e-4) and raters == 14
    # Who did not answer everything is left out.
    partly = Ballot("late", "0", (0,), tuple(range(5)), 0)
    assert fleiss_kappa([*ballots, partly], 5) == (kappa, 14)


def test_agreement_needs_two_people_and_two_systems():
    assert fleiss_kappa(choices(1, 0), 2) == (None, 1)
    assert fleiss_kappa(choices(5, 0), 2) == (None, 5)


def test_counts_and_positions():
    assert chosen_counts(choices(2, 0, 1), 3).tolist() == [2, 0, 1]
    ballots = [ballot._replace(position=i % 2) for i, ballot in enumerate(choices(4, 4, 2))]
    counts, p = position_counts(ballots)
    assert counts == [5, 5, 0]
    assert p == pytest.approx(math.exp(-2.5))  # chi-squared 5 with two degrees of freedom
    assert position_counts([]) == ([], None)
