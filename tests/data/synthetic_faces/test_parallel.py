"""Drawing in other processes: in order, ahead of what is taken, but not far."""

import operator
import time

import pytest

from stgan_tf.data.synthetic_faces import parallel
from stgan_tf.data.synthetic_faces.parallel import draw_in_processes, drawing_ahead


class Tasks(list):
    """Counts how many were handed out."""

    handed_out = 0

    def __iter__(self):
        for task in super().__iter__():
            self.handed_out += 1
            yield task


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_order(processes):
    tasks = range(200)
    assert list(draw_in_processes(operator.neg, tasks, processes)) == [-task for task in tasks]


def test_it_draws_before_it_is_asked_but_not_far_ahead():
    tasks = Tasks(range(1000))
    with drawing_ahead(operator.neg, tasks, 2) as results:
        deadline = time.monotonic() + 60
        while tasks.handed_out < 2 * parallel._AHEAD:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.5)
        # One more than there is room for is in the hand.
        assert tasks.handed_out == 2 * parallel._AHEAD + 1
        assert [next(results) for _ in range(300)] == [-task for task in range(300)]
        assert tasks.handed_out <= 300 + 2 * parallel._AHEAD + 1
    # Leaving with most of them undrawn ends the workers, and does not wait for the rest.


def test_an_error_of_the_drawing_comes_out():
    with pytest.raises(ZeroDivisionError):
        list(draw_in_processes(one_over, range(100), 2))


def one_over(number):
    return 1 // (50 - number)
