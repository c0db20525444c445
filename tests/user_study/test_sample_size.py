"""How many answers and participants: against sums over all outcomes, and by simulation."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest

from stgan_tf.user_study.sample_size import (
    answers_needed,
    participants_needed,
    plan_pairs,
    plan_text,
    sign_test_power,
)


def test_the_power_is_the_probability_of_a_significant_outcome():
    for size, rate, alpha in ((10, 0.8, 0.05), (25, 0.35, 0.01), (4, 0.9, 0.05)):
        expected = sum(
            math.comb(size, k) * rate**k * (1 - rate) ** (size - k)
            for k in range(size + 1)
            if binomtest(k, size).pvalue <= alpha
        )
        assert sign_test_power(np.array([size]), rate, alpha)[0] == pytest.approx(expected)


def test_so_many_answers_are_enough_and_fewer_are_not():
    needed = answers_needed(0.6, 0.4, 0.05, 0.8)
    # The normal approximation, without correction for continuity: 194.
    assert 194 <= needed <= 210
    assert sign_test_power(np.array([needed]), 0.6, 0.05)[0] >= 0.8
    assert (sign_test_power(np.arange(needed - 40, needed - 20), 0.6, 0.05) < 0.8).all()


def test_answers_for_other_systems_are_planned_for():
    alone = answers_needed(0.6, 0.4, 0.05, 0.8)
    assert answers_needed(0.3, 0.2, 0.05, 0.8) == 2 * alone
    assert answers_needed(0.25, 0.25, 0.05, 0.8) is None
    assert answers_needed(0.3334, 0.3333, 0.05, 0.8) is None
    assert answers_needed(0.99, 0.01, 0.05, 0.8) < 10


def test_simulated_studies_of_that_size_tell_the_shares_apart_as_often_as_planned():
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    (needed,) = [pair.answers for pair in plan_pairs(shares, 0.05, 0.8) if pair[:2] == ("b", "c")]
    counts = np.random.default_rng(0).multinomial(needed, list(shares.values()), 1000)
    told = [binomtest(b, b + c).pvalue <= 0.05 / 3 for _, b, c in counts.tolist()]
    # Four standard errors of a share of 0.8 in 1000 studies are 0.05; the size is rounded up.
    assert 0.75 < np.mean(told) < 0.88


def test_alike_answers_of_a_participant_count_less():
    assert participants_needed(100, 10, 0.0) == 10
    assert participants_needed(100, 10, 0.1) == 19  # 100 * (1 + 9 * 0.1) / 10
    assert participants_needed(101, 10, 1.0) == 101


@pytest.mark.parametrize("shares", [{}, {"a": 1.0}, {"a": 0.5, "b": 0.4}, {"a": 1.0, "b": 0.0}])
def test_shares_must_add_up(shares):
    with pytest.raises(ValueError, match="add up to 1. Received:"):
        plan_pairs(shares, 0.05, 0.8)


def test_the_plan_names_pairs_that_cannot_be_told_apart():
    pairs = plan_pairs({"a": 0.4, "b": 0.4, "c": 0.2}, 0.05, 0.8)
    lines = plan_text(pairs, 20, 0.0).splitlines()
    assert lines[0].split("  ")[0] == "pair"
    assert "not to be told apart" in lines[1] and lines[2].startswith("a and c")
    needed = pairs[1].answers
    people = math.ceil(needed / 20)
    assert lines[2].split()[3:] == [str(needed), str(people), str(people * 20)]
    expected = f"{people} participants with 20 questions each tell all pairs apart that differ."
    assert expected in lines
