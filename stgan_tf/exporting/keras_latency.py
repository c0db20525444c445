"""The Keras model's latency per image, with which formats are compared."""

import numpy as np
import tensorflow as tf

from stgan_tf.exporting.format import Job
from stgan_tf.exporting.latency import median_milliseconds
from stgan_tf.runtime.inputs import edit_inputs


def first_inputs(job: Job) -> dict[str, np.ndarray]:
    """The inputs of the signature `edit` for the first comparison image."""
    samples = job.samples
    inputs = edit_inputs(job.model.description, samples.images, samples.difference, samples.source)
    return {name: value[:1] for name, value in inputs.items()}


def keras_milliseconds(job: Job) -> float:
    """The latency of one image in the Keras model, as a graph on all of TensorFlow's threads."""
    edit = tf.function(job.model.edit, autograph=False)
    inputs = [tf.constant(value) for value in first_inputs(job).values()]
    return median_milliseconds(lambda: edit(*inputs).numpy(), job.options.latency_repeats)
