"""Drawing on all cores: images are drawn in Python, so it takes processes, not threads."""

import contextlib
import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from stgan_tf.cores import usable_cores

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

#: A worker takes about half a second to start: fewer images are not worth one.
_IMAGES_WORTH_A_PROCESS = 16
#: Results that wait to be taken, for each worker.
_AHEAD = 32


def draw_in_processes(
    draw: Callable[[_Task], _Result], tasks: Sequence[_Task], num_processes: int = 0
) -> Iterator[_Result]:
    """Yields draw(task) for each task, in order; arguments as in `drawing_ahead`."""
    with drawing_ahead(draw, tasks, num_processes) as results:
        yield from results


@contextlib.contextmanager
def drawing_ahead(
    draw: Callable[[_Task], _Result], tasks: Sequence[_Task], num_processes: int = 0
) -> Iterator[Iterator[_Result]]:
    """Starts to draw when it is entered, and gives an iterator of draw(task) for each task, in
    order: what is drawn meanwhile waits there, up to _AHEAD results a process. A single process is
    this one, and draws when asked.

    Args:
        draw: A function of a module, for workers are started afresh (not forked: TensorFlow's
            threads would not survive it).
        num_processes: 0 takes one for each CPU core this process may use; few tasks take fewer.

    Raises ChildProcessError where a process was killed.
    """
    processes = min(num_processes or usable_cores(), max(1, len(tasks) // _IMAGES_WORTH_A_PROCESS))
    if processes == 1:
        yield map(draw, tasks)
        return
    # Large enough to send few messages, small enough that all processes end together.
    chunk = min(8, max(1, len(tasks) // (8 * processes)))
    parts = (tasks[start : start + chunk] for start in range(0, len(tasks), chunk))
    waiting: deque[Future] = deque()
    # Not multiprocessing.Pool, which waits for ever for what a killed worker was drawing.
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), initializer=_prepare_worker
    )

    def submit() -> None:
        for part in itertools.islice(parts, processes * _AHEAD // chunk - len(waiting)):
            waiting.append(pool.submit(_draw_all, draw, part))

    def take() -> Iterator[_Result]:
        while waiting:
            drawn = waiting.popleft().result()
            submit()
            yield from drawn

    try:
        with _without_ctrl_c():
            submit()
        yield take()
    except BrokenProcessPool as error:
        raise ChildProcessError(
            "A process that was drawing was killed; perhaps memory ran out. Run the command again, "
            "with fewer processes where it takes their number."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Processes started meanwhile never hear Ctrl-C, which is the parent's to answer; it hears it
    afterwards. (They could ignore it themselves only once they have imported everything.)
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _draw_all(draw: Callable[[_Task], _Result], tasks: Sequence[_Task]) -> list[_Result]:
    return [draw(task) for task in tasks]


def _prepare_worker() -> None:
    from threadpoolctl import threadpool_limits  # of an extra, as resvg

    # Each worker has a core to itself: NumPy's products on several threads as well took more than
    # twice as long (28 against 13 ms for a face drawn and resized, 2 workers on 2 cores).
    threadpool_limits(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Windows
    _die_with_parent()


def _die_with_parent() -> None:
    """A killed parent would leave its workers waiting for work for ever."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
