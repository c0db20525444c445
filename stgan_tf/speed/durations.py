"""Medians and alternating repetitions of timed work."""

import statistics
import time
from collections.abc import Callable, Sequence


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    work()
    durations = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)


def interleaved_seconds(work: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    """Durations of each, alternating, after one warm-up run each."""
    durations: list[list[float]] = [[] for _ in work]
    for repeat in range(repeats + 1):
        for call, times in zip(work, durations, strict=True):
            start = time.perf_counter()
            call()
            if repeat:
                times.append(time.perf_counter() - start)
    return durations
