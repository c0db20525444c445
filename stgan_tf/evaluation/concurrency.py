"""A few edits at a time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

#: Edits computed at once: what one does on a single thread fills the other's gaps (at 64 px on 2
#: cores 10 to 20 % faster than one after another).
_AT_ONCE = 2

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def concurrently(do: Callable[[_Task], _Result], tasks: Iterable[_Task]) -> Iterator[_Result]:
    """Yields do(task) for each task, in order; a few are worked on at the same time."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(do, tasks)
