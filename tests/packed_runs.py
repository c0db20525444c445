"""A run that was trained for a few iterations and evaluated, and what is packed from it."""

import dataclasses
import functools

import pytest
import tensorflow as tf
from made_once import made_once
from small_runs import write_classifier

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.evaluation.evaluate_run import evaluate_run
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.packing.options import PackOptions
from stgan_tf.packing.pack_run import pack_run
from stgan_tf.training.session import train


@pytest.fixture(scope="session")
def trained_run(tiny_config, tmp_path_factory):
    """The run's folder, with its evaluation and its classifier."""
    data = dataclasses.replace(tiny_config.data, image_size=32)
    training = dataclasses.replace(tiny_config.training, ema_decay=0.5)
    config = dataclasses.replace(tiny_config, data=data, training=training)

    def make(folder):
        assert train(config, folder / "run", tf.distribute.get_strategy())
        classifier = write_classifier(folder / "classifier", PAPER_ATTRIBUTES)
        options = {"max_images": 4, "true_edit_images": 1, "sweep_images": 0, "batch_size": 4}
        evaluate_run(folder / "run", classifier, **options)
        return folder / "run"

    return made_once(tmp_path_factory, "trained_run", make)


@pytest.fixture(scope="session")
def litert_dir(trained_run, tmp_path_factory):
    """Its LiteRT files."""
    precisions = ("float32", "float16")
    options = ExportOptions(("litert",), precisions, comparison_images=2, latency_repeats=1)

    def make(folder):
        export_run(trained_run, folder, options=options)
        return folder / "litert"

    return made_once(tmp_path_factory, "trained_run_exported", make)


@pytest.fixture(scope="session")
def packed_run(trained_run, litert_dir, tmp_path_factory):
    """packed_run(precision) -> the packed model, in float16 with a LiteRT file too."""

    def pack(precision):
        options = PackOptions(f"tiny-{precision}", "Apache-2.0", precision=precision)
        if precision == "float16":
            options = dataclasses.replace(
                options, litert_dir=litert_dir, litert_precisions=("float16",)
            )
        return made_once(
            tmp_path_factory,
            f"packed_{precision}",
            lambda folder: pack_run(trained_run, folder, options),
        )

    return functools.cache(pack)
