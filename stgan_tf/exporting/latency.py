"""Measures the latency of a call. No TensorFlow here."""

import statistics
import time
from collections.abc import Callable

_WARM_UP_CALLS = 3
#: Minimum number of timed calls; slow models are timed fewer times than requested.
_BUDGET_SECONDS = 10.0
_FEWEST_CALLS = 5


def median_milliseconds(call: Callable[[], object], repeats: int) -> float:
    """The median over `repeats` calls after three warm-up calls."""
    for _ in range(_WARM_UP_CALLS):
        call()
    durations: list[float] = []
    began = time.perf_counter()
    while len(durations) < repeats:
        start = time.perf_counter()
        call()
        durations.append(time.perf_counter() - start)
        if time.perf_counter() - began > _BUDGET_SECONDS and len(durations) >= _FEWEST_CALLS:
            break
    return 1000 * statistics.median(durations)
