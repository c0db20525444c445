"""A run from its first iteration to the edits of what it is exported to."""

import numpy as np
import pytest
import tensorflow as tf
from small_runs import write_classifier

from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.keras_versions import HAS_ADDONS
from stgan_tf.run_layout import CLASSIFIER_FOLDER
from stgan_tf.runtime.opening import open_model
from stgan_tf.training.session import train

pytestmark = pytest.mark.skipif(not HAS_ADDONS, reason="other tests show the same of Keras 3")


def test_trained_exported_and_edited(tiny_config, change, tmp_path):
    config = change(tiny_config, "data", image_size=32)
    config = change(config, "training", ema_decay=0.9, num_iterations=2, sample_every=0)
    run = tmp_path / "run"
    assert train(config, run, tf.distribute.get_strategy())
    assert train(config, run, tf.distribute.get_strategy())  # nothing is left to do
    write_classifier(run / CLASSIFIER_FOLDER, config.data.attributes)

    options = ExportOptions(
        precisions=("float32",),
        comparison_images=2,
        latency_repeats=1,
        batch_sizes=(1, 2),
        warmup=False,
    )
    export_run(run, tmp_path / "export", None, options)
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (1, 32, 32, 3)).astype(np.float32)
    difference = np.zeros((1, len(config.data.attributes)), np.float32)
    difference[0, 0] = 1.0
    models = [
        open_model(path)
        for path in (
            run,
            tmp_path / "export" / "saved_model",
            *(tmp_path / "export" / "litert").glob("edit*.tflite"),
        )
    ]
    edited, *others = (model.edit(images, difference) for model in models)
    assert len(others) == 2 and np.abs(edited - images).max() > 0.01
    for other in others:
        np.testing.assert_allclose(other, edited, atol=2e-5)
    probabilities = [model.classify(images) for model in models[:2]]
    np.testing.assert_allclose(*probabilities, atol=2e-6)
