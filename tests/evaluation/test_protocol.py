import threading
import time

import numpy as np
import pytest
import tensorflow as tf
from evaluation.test_measurements import NAMES, PerfectGenerator, draw

from stgan_tf.evaluation.concurrency import concurrently
from stgan_tf.evaluation.protocol import ProtocolEdits
from stgan_tf.systems.label_rule import LabelRule


def test_side_by_side_keeps_the_order_and_works_on_two_at_once():
    together = threading.Barrier(2, timeout=20)

    def slow_first(task):
        together.wait()  # breaks unless two tasks are under way
        time.sleep(0.05 if task % 2 == 0 else 0)
        return task * 10

    assert list(concurrently(slow_first, range(6))) == [0, 10, 20, 30, 40, 50]


def test_an_exception_comes_out():
    with pytest.raises(ZeroDivisionError):
        list(concurrently(lambda task: 1 // task, [1, 0, 1]))


def test_weights_that_are_no_use_are_named():
    class Broken(PerfectGenerator):
        def decode(self, encoded, labels, training):
            return encoded["seen"] * np.nan

    source = np.zeros((1, len(NAMES)), np.float32)
    editor = ProtocolEdits(Broken(), NAMES, LabelRule())
    features = editor.encode(tf.constant(draw(source)))
    with pytest.raises(ValueError, match="NaN or infinity"):
        editor.flip(features, source, "Bald", 1.0)
