"""Drawing in other processes: in order, ahead of what is taken, but not far."""

import operator
import os
import signal

import pytest

from stgan_tf.synthetic import parallel
from stgan_tf.synthetic.parallel import draw_in_processes, drawing_ahead


class Tasks(list):
    """Counts how many were handed out."""

    handed_out = 0

    def __getitem__(self, part):
        tasks = super().__getitem__(part)
        self.handed_out += len(tasks)
        return tasks


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_order(processes):
    tasks = range(200)
    assert list(draw_in_processes(operator.neg, tasks, processes)) == [-task for task in tasks]


def test_it_draws_before_it_is_asked_but_not_far_ahead():
    tasks = Tasks(range(1000))
    with drawing_ahead(operator.neg, tasks, 2) as results:
        assert tasks.handed_out == 2 * parallel._AHEAD
        assert [next(results) for _ in range(300)] == [-task for task in range(300)]
        # A part of 8 is taken at a time.
        assert tasks.handed_out <= 304 + 2 * parallel._AHEAD
    # Leaving with most of them undrawn ends the workers, and does not wait for the rest.


def test_an_error_of_the_drawing_comes_out():
    with pytest.raises(ZeroDivisionError):
        list(draw_in_processes(one_over, range(100), 2))


def test_a_killed_process_is_noticed():
    """multiprocessing.Pool would wait for its results for ever."""
    with pytest.raises(ChildProcessError, match="was killed"):
        list(draw_in_processes(end_at_50, range(100), 2))


def end_at_50(number):
    if number == 50:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def one_over(number):
    return 1 // (50 - number)
