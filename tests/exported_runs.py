"""Small runs with random weights, and what export makes of them."""

import dataclasses
import functools
import os

import numpy as np
import pytest
import tensorflow as tf
from made_once import made_once
from small_runs import MODELS, SIZE, write_classifier, write_run

from stgan_tf.classifier.training import load_classifier
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.images import to_float
from stgan_tf.training.run_folder import load_run

OPTIONS = ExportOptions(comparison_images=4, latency_repeats=2, batch_sizes=(1, 2))


@pytest.fixture(scope="session")
def run_dirs(tmp_path_factory):
    """{model: run folder}."""

    def make(folder):
        return {model: write_run(folder / model, model) for model in MODELS}

    return made_once(tmp_path_factory, "small_runs", make)


@pytest.fixture(scope="session")
def classifier_dir(tmp_path_factory):
    return made_once(tmp_path_factory, "small_classifier", write_classifier)


@pytest.fixture(scope="session")
def exported(run_dirs, classifier_dir, tmp_path_factory):
    """exported(model) -> (out_dir, report); attgan with the classifier, as version 7."""

    def export(model):
        def make(folder):
            classifier = classifier_dir if model == "attgan" else None
            options = dataclasses.replace(OPTIONS, version=7)
            return folder, export_run(run_dirs[model], folder, classifier, options)

        return made_once(tmp_path_factory, f"exported_{model}", make)

    return functools.cache(export)


@pytest.fixture(scope="session")
def batch():
    """images uint8 (3, S, S, 3), their attributes and the differences, (3, A)."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (3, SIZE, SIZE, 3), np.uint8)
    source = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 1]], np.float32)
    difference = np.array([[-1, 0, 0, 0], [0, -1.5, 1.5, 0], [0, 0, 0, -1]], np.float32)
    return images, difference, source


@pytest.fixture(scope="session")
def keras_edits(run_dirs, batch):
    """keras_edits(model) -> what the trained networks make of `batch`, float32 (3, S, S, 3)."""
    images, difference, source = batch
    edits = {}

    def edit(model):
        if model not in edits:
            run = load_run(run_dirs[model])
            rule = run.label_rule
            labels = tf.constant(rule(source, source + difference), tf.float32)
            edits[model] = run.network([tf.constant(to_float(images)), labels]).numpy()
        return edits[model]

    return edit


@pytest.fixture(scope="session")
def keras_probabilities(classifier_dir, batch):
    """What the classifier says of `batch`, (3, A) in the model's order."""
    classifier = load_classifier(classifier_dir)
    logits = classifier.model(tf.constant(to_float(batch[0]))).numpy()
    return 1 / (1 + np.exp(-logits[:, [2, 4, 3, 0]]))


@pytest.fixture
def subprocess_environment():
    """For processes that must not find this package."""
    return {**os.environ, "PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "2"}
