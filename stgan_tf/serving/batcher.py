"""`Batcher`: computes requests that wait for a free worker together."""

import collections
import dataclasses
import threading
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future

import numpy as np

from stgan_tf.serving.tensors import Value

Run = Callable[[Mapping[str, Value]], dict[str, np.ndarray]]


@dataclasses.dataclass
class _Job:
    key: Hashable
    run: Run
    inputs: Mapping[str, Value]
    rows: int
    future: Future


class Batcher:
    """Runs jobs on a few threads. A free thread takes the job that has waited longest and, with it,
    the waiting jobs with the same key, up to `max_rows` rows: no job waits for a batch to fill.

    Args:
        workers: Number of threads, which is the number of batches computed concurrently.
        max_rows: Maximum number of rows (images) per call; a larger job is computed alone.
        on_batch: Called with the number of rows of each call.
    """

    def __init__(
        self, workers: int, max_rows: int, on_batch: Callable[[int], None] = lambda rows: None
    ):
        if workers < 1 or max_rows < 1:
            raise ValueError(
                f"`workers` and `max_rows` must be at least 1. Received: {workers} and {max_rows}."
            )
        self._max_rows = max_rows
        self._on_batch = on_batch
        self._waiting: collections.deque[_Job] = collections.deque()
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"batcher-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, key: Hashable, run: Run, inputs: Mapping[str, Value]) -> Future:
        """Returns the future of `run(inputs)`. Jobs with the same key must have the same `run`,
        whose outputs have one row per input row. Raises RuntimeError once closed.
        """
        rows = len(next(iter(inputs.values())))
        job = _Job(key, run, inputs, rows, Future())
        with self._changed:
            if self._closed:
                raise RuntimeError("The batcher is closed.")
            self._waiting.append(job)
            self._changed.notify()
        return job.future

    def close(self) -> None:
        """Computes the waiting jobs, then ends the threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            # Nobody is waiting for cancelled jobs any more.
            jobs = [job for job in taken if job.future.set_running_or_notify_cancel()]
            if jobs:
                self._on_batch(sum(job.rows for job in jobs))
                _compute(jobs)

    def _take(self) -> list[_Job] | None:
        """The next jobs to compute together; None once closed and finished."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return None
            taken = [self._waiting.popleft()]
            rows = taken[0].rows
            left: collections.deque[_Job] = collections.deque()
            for job in self._waiting:
                if job.key == taken[0].key and rows + job.rows <= self._max_rows:
                    taken.append(job)
                    rows += job.rows
                else:
                    left.append(job)
            self._waiting = left
            return taken


def _compute(jobs: list[_Job]) -> None:
    """Sets every job's future. If a batch fails, each job is retried alone, so that only the one
    with the bad image fails.
    """
    try:
        outputs = jobs[0].run(_joined([job.inputs for job in jobs]))
    except Exception as error:  # passed on to whoever waits for the job
        if len(jobs) == 1:
            jobs[0].future.set_exception(error)
            return
        for job in jobs:
            _compute([job])
        return
    start = 0
    for job in jobs:
        end = start + job.rows
        job.future.set_result({name: value[start:end] for name, value in outputs.items()})
        start = end


def _joined(parts: list[Mapping[str, Value]]) -> Mapping[str, Value]:
    if len(parts) == 1:
        return parts[0]
    joined: dict[str, Value] = {}
    for name, first in parts[0].items():
        values = [part[name] for part in parts]
        joined[name] = (
            np.concatenate(values) if isinstance(first, np.ndarray) else sum(map(list, values), [])
        )
    return joined
