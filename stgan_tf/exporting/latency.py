"""How long one call takes."""

import statistics
import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from stgan_tf.exporting.format import Job
from stgan_tf.runtime.inputs import edit_inputs

_WARM_UP_CALLS = 3
#: Large models are timed fewer times than asked, but at least so often.
_BUDGET_SECONDS = 10.0
_FEWEST_CALLS = 5


def median_milliseconds(call: Callable[[], object], repeats: int) -> float:
    """The median over `repeats` calls after three that do not count."""
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


def first_inputs(job: Job) -> dict[str, np.ndarray]:
    """The inputs of the signature `edit` for the first image to compare on."""
    samples = job.samples
    inputs = edit_inputs(job.model.description, samples.images, samples.difference, samples.source)
    return {name: value[:1] for name, value in inputs.items()}


def keras_milliseconds(job: Job) -> float:
    """Of one image in the Keras model, as a graph on all of TensorFlow's threads."""
    edit = tf.function(job.model.edit)
    inputs = [tf.constant(value) for value in first_inputs(job).values()]
    return median_milliseconds(lambda: edit(*inputs).numpy(), job.options.latency_repeats)
