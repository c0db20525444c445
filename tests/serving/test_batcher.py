"""Waiting jobs are computed together, each gets its own rows, and failures stay with their job."""

import threading

import numpy as np
import pytest

from stgan_tf.serving.batcher import Batcher

TIMEOUT = 30


class Model:
    """Doubles; the first call waits until `go` is set. A negative number fails."""

    def __init__(self):
        self.go, self.started, self.sizes = threading.Event(), threading.Event(), []

    def __call__(self, inputs):
        self.sizes.append(len(inputs["x"]))
        self.started.set()
        assert self.go.wait(TIMEOUT)
        if (inputs["x"] < 0).any():
            raise ValueError("negative")
        return {"y": inputs["x"] * 2, "n": np.array([len(s) for s in inputs["s"]])}


def job(*numbers):
    return {"x": np.float32(numbers), "s": [b"a" * int(abs(n)) for n in numbers]}


@pytest.fixture
def batcher():
    batcher = Batcher(1, 4)
    yield batcher
    batcher.close()


def results(future):
    found = future.result(TIMEOUT)
    return found["y"].tolist(), found["n"].tolist()


def test_jobs_that_wait_are_one_call_and_get_their_own_rows(batcher):
    model = Model()
    first = batcher.submit("m", model, job(1))
    assert model.started.wait(TIMEOUT)
    rest = [batcher.submit("m", model, job(n, n + 1)) for n in (2, 4, 6)]
    model.go.set()
    assert results(first) == ([2], [1])
    assert [results(f) for f in rest] == [
        ([4, 6], [2, 3]),
        ([8, 10], [4, 5]),
        ([12, 14], [6, 7]),
    ]
    assert model.sizes == [1, 4, 2]


def test_jobs_of_other_keys_are_not_mixed(batcher):
    model, other = Model(), Model()
    other.go.set()
    first = batcher.submit("m", model, job(1))
    assert model.started.wait(TIMEOUT)
    rest = [batcher.submit(*pair, job(3)) for pair in (("m", model), ("o", other), ("m", model))]
    model.go.set()
    for future in [first, *rest]:
        future.result(TIMEOUT)
    assert model.sizes == [1, 2] and other.sizes == [1]


def test_only_the_job_at_fault_fails(batcher):
    model = Model()
    first = batcher.submit("m", model, job(1))
    assert model.started.wait(TIMEOUT)
    good, bad = batcher.submit("m", model, job(3)), batcher.submit("m", model, job(-1))
    model.go.set()
    assert results(first) == ([2], [1])
    assert results(good) == ([6], [3])
    with pytest.raises(ValueError, match="negative"):
        bad.result(TIMEOUT)


def test_a_cancelled_job_is_left_out_and_stops_nothing(batcher):
    model = Model()
    first = batcher.submit("m", model, job(1))
    assert model.started.wait(TIMEOUT)
    cancelled, good = batcher.submit("m", model, job(3)), batcher.submit("m", model, job(5))
    assert cancelled.cancel() and not first.cancel()
    model.go.set()
    assert results(first) == ([2], [1])
    assert results(good) == ([10], [5])
    alone = batcher.submit("m", model, job(7))
    assert results(alone) == ([14], [7])
    assert model.sizes == [1, 1, 1]


def test_a_large_job_is_computed_alone(batcher):
    model = Model()
    model.go.set()
    assert len(results(batcher.submit("m", model, job(*range(9))))[0]) == 9
    assert model.sizes == [9]


def test_closing_computes_what_waits_and_takes_no_more():
    batcher, model = Batcher(1, 4), Model()
    futures = [batcher.submit("m", model, job(n)) for n in range(5)]
    model.go.set()
    batcher.close()
    assert [results(f)[0] for f in futures] == [[0], [2], [4], [6], [8]]
    with pytest.raises(RuntimeError, match="closed"):
        batcher.submit("m", model, job(1))


def test_sizes_below_one_are_refused():
    with pytest.raises(ValueError, match="Received: 0 and 4"):
        Batcher(0, 4)
