"""Computes a few edits concurrently."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

#: Concurrent edits: the single-threaded parts of one fill the gaps of another (10 to 20 % faster
#: than sequentially at 64 px on 2 cores).
_AT_ONCE = 2

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def concurrently(do: Callable[[_Task], _Result], tasks: Iterable[_Task]) -> Iterator[_Result]:
    """Yields do(task) for each task, in order; a few are computed concurrently."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(do, tasks)
