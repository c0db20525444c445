"""Drawing on all cores: faces are drawn in Python, so it takes processes, not threads."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from threadpoolctl import threadpool_limits

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

#: A worker takes about half a second to start: fewer faces are not worth one.
_FACES_WORTH_A_PROCESS = 16


def draw_in_processes(
    draw: Callable[[_Task], _Result], tasks: Sequence[_Task], num_processes: int = 0
) -> Iterator[_Result]:
    """Yields draw(task) for each task, in order.

    Args:
        draw: A function of a module, for workers are started afresh (not forked: TensorFlow's
            threads would not survive it).
        num_processes: 0 takes one for each CPU core this process may use; few tasks take fewer.
    """
    processes = min(num_processes or _usable_cores(), max(1, len(tasks) // _FACES_WORTH_A_PROCESS))
    if processes == 1:
        yield from map(draw, tasks)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, initializer=_prepare_worker) as pool:
        yield from pool.imap(draw, tasks, chunksize=8)


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _prepare_worker() -> None:
    # Each worker has a core to itself: NumPy's products on several threads as well took more than
    # twice as long (28 against 13 ms for a face drawn and resized, 2 workers on 2 cores).
    threadpool_limits(1)
    _die_with_parent()


def _die_with_parent() -> None:
    """A killed parent would leave its workers waiting for work for ever."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
