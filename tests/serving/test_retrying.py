"""Bounded, and only where trying again can help."""

import pytest

from stgan_tf.serving import retrying
from stgan_tf.serving.retrying import Retries, ServingError, TryAgain


@pytest.fixture
def waits(monkeypatch):
    waits = []
    monkeypatch.setattr(retrying.time, "sleep", waits.append)
    return waits


class Failing:
    def __init__(self, *errors):
        self.errors, self.calls = list(errors), 0

    def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_it_succeeds_after_failures_that_pass(waits):
    call = Failing(TryAgain("a"), TryAgain("b"))
    assert Retries(3, first_wait_seconds=1.0)(call) == "done"
    assert call.calls == 3
    assert 0.5 <= waits[0] <= 1.0 and 1.0 <= waits[1] <= 2.0


def test_the_last_failure_is_raised(waits):
    call = Failing(*[TryAgain(str(number)) for number in range(9)])
    with pytest.raises(TryAgain, match="2"):
        Retries(3)(call)
    assert call.calls == 3 and len(waits) == 2


def test_other_failures_are_raised_at_once(waits):
    call = Failing(ServingError("no", 400))
    with pytest.raises(ServingError, match="no"):
        Retries(5)(call)
    assert call.calls == 1 and not waits


def test_the_server_says_how_long_but_not_too_long(waits):
    Retries(3, longest_wait_seconds=2)(
        Failing(TryAgain("busy", 503, 1.5), TryAgain("busy", 503, 900))
    )
    assert waits == [1.5, 2]


def test_no_attempt_is_refused():
    with pytest.raises(ValueError, match="Received: 0"):
        Retries(0)
