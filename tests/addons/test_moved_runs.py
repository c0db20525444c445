"""Runs of either version of Keras go on in either, as they would have where they began."""

import shutil

import numpy as np
import pytest
import tensorflow as tf
from addons.moved_runs import FURTHER, RUNS, inputs, open_trainer, train_on
from slow_parameters import quick_first

from stgan_tf.classifier.training import load_classifier
from stgan_tf.keras_versions import HAS_ADDONS
from stgan_tf.runtime.opening import open_model
from stgan_tf.training.checkpoints import CheckpointError
from stgan_tf.training.optimizer_state import FORMAT, format_of

WRITTEN = ["keras_2", "keras_3"]


def expected_of(written):
    return np.load(RUNS / written.replace("format_1", "keras_3") / "expected.npz")


@pytest.mark.parametrize("replicas", [1, 2] if HAS_ADDONS else [1])
@pytest.mark.parametrize(
    "written", quick_first(["keras_2", "keras_3", "format_1"], count=3 if HAS_ADDONS else 1)
)
def test_training_goes_on_with_the_same_losses(written, replicas, tmp_path, mirrored):
    run = shutil.copytree(RUNS / written / "run", tmp_path / "run")
    strategy = mirrored if replicas == 2 else None
    trainer, checkpoints = open_trainer(run, strategy)
    assert checkpoints.iteration() == 3
    terms = train_on(trainer, FURTHER, strategy)
    expected = expected_of(written)
    assert {f"term_{name}" for name in terms} <= set(expected)
    for name, values in terms.items():
        np.testing.assert_allclose(
            values, expected[f"term_{name}"], rtol=1e-4, atol=1e-5, err_msg=name
        )

    # What this version writes then has all that it went on with.
    path = checkpoints.save()
    assert format_of(path) == FORMAT
    again, _ = open_trainer(run)
    for ours, theirs in zip(trainer.optimizers.values(), again.optimizers.values(), strict=True):
        for slots in ("_momentums", "_velocities"):
            pairs = list(zip(getattr(ours, slots), getattr(theirs, slots), strict=True))
            # A critic's last bias has no gradient.
            assert sum(np.any(one.numpy()) for one, _ in pairs) >= len(pairs) - 1
            for one, other in pairs:
                np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("written", WRITTEN)
def test_run_and_classifier_give_the_same(written):
    images, difference = inputs()
    expected = expected_of(written)
    edited = open_model(RUNS / written / "run").edit(images, difference)
    np.testing.assert_allclose(edited, expected["edited"], atol=2e-6)
    classifier = load_classifier(RUNS / written / "run" / "classifier").model
    np.testing.assert_allclose(classifier(images), expected["logits"], atol=2e-6)


@pytest.mark.parametrize("written", WRITTEN)
def test_saved_model_loads_without_the_package(written):
    images, difference = inputs()
    edit = tf.saved_model.load(str(RUNS / written / "saved_model")).signatures["edit"]
    given = {"images": tf.constant(images), "attribute_difference": tf.constant(difference)}
    (edited,) = edit(**given).values()
    np.testing.assert_allclose(edited, expected_of(written)["edited"], atol=2e-6)


def test_a_later_format_is_refused(tmp_path, monkeypatch):
    run = shutil.copytree(RUNS / "keras_3" / "run", tmp_path / "run")
    monkeypatch.setattr("stgan_tf.training.checkpoints.FORMAT", FORMAT - 1)
    with pytest.raises(CheckpointError, match="has format 2.* reads formats up to 1"):
        open_trainer(run)
