"""The points of a run with three checkpoints, each of which edits in its own way."""

import json

import numpy as np
import pytest
import tensorflow as tf
from small_runs import NAMES, SIZE, write_classifier, write_run

from stgan_tf.classifier.training import load_classifier
from stgan_tf.evaluation.evaluate_run import evaluate_run
from stgan_tf.evaluation.learning_curve import learning_curve
from stgan_tf.evaluation.measurements import evaluate_generator
from stgan_tf.evaluation.protocol import ProtocolClassifier, ProtocolEdits
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.run_config import Config
from stgan_tf.training.checkpoints import CheckpointError, Checkpoints
from stgan_tf.training.run_folder import load_run


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory, faces_dir):
    """Checkpoints of iterations 10, 20 and 30, whose networks differ; 20 took three minutes."""
    folder = tmp_path_factory.mktemp("curve") / "run"
    write_run(folder, data_dir=str(faces_dir), split="fractions", split_fractions=(0.6, 0.2, 0.2))
    config = Config.read(folder / "config.json")
    (folder / "checkpoints").rename(folder / "unused")
    trainer = build_trainer(config, 100)
    saver = Checkpoints(trainer, folder / "checkpoints", 3)
    for iteration in (10, 20, 30):
        trainer.iterations.assign(iteration)
        for variable in trainer.generator.trainable_variables:
            variable.assign(variable * 1.3)
        saver.save()
    rates = ((5, 0.1), (10, 0.1), (20, 10 / 80), (30, 1.0))
    lines = (json.dumps({"iteration": i, "iterations_per_second": rate}) for i, rate in rates)
    (folder / "metrics.jsonl").write_text("".join(line + "\n" for line in lines))
    return folder


@pytest.fixture(scope="module")
def classifier_dir(tmp_path_factory):
    return write_classifier(tmp_path_factory.mktemp("curve") / "classifier", NAMES)


def measuring(run_dir, classifier_dir):
    run = load_run(run_dir)
    editor = ProtocolEdits(run.network, NAMES, run.label_rule)
    classifier = ProtocolClassifier(load_classifier(classifier_dir), NAMES, SIZE, "celeba")
    return run, editor, classifier


def batches():
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (4, SIZE, SIZE, 3)).astype(np.float32)
    labels = rng.integers(0, 2, (4, len(NAMES))).astype(np.float32)
    batch = {"images": images, "source_attributes": labels}
    return tf.data.Dataset.from_tensor_slices(batch).batch(3)


def test_each_point_measures_its_own_checkpoint(run_dir, classifier_dir):
    counted = []
    run, editor, classifier = measuring(run_dir, classifier_dir)
    before = editor.reconstruct(editor.encode(next(iter(batches()))["images"]), np.zeros((3, 4)))
    points = learning_curve(run, editor, classifier, batches, (1.0, 1.5), counted.append)
    assert [point["iteration"] for point in points] == [10, 20, 30]
    assert [point["minutes"] for point in points] == pytest.approx([100 / 60, 3, 190 / 60])
    assert counted == [3, 1] * 3
    assert len({point["psnr"] for point in points}) == 3
    # Afterwards the network has its own weights again, those of iteration 30 ...
    after = editor.reconstruct(editor.encode(next(iter(batches()))["images"]), np.zeros((3, 4)))
    np.testing.assert_array_equal(before, after)
    # ... for which the last point is what an evaluation says.
    alone = evaluate_generator(editor, classifier, batches(), (1.0, 1.5))
    last = points[-1]
    assert (last["psnr"], last["ssim"]) == tuple(
        alone["reconstruction"][key] for key in ("psnr", "ssim")
    )
    for edit, expected in zip(last["edits"], alone["edits"], strict=True):
        assert edit == {key: expected[key] for key in edit}
        assert set(edit) == {"intensity", "mean_accuracy", "mean_preservation_error"}


@pytest.mark.slow
def test_the_report_has_the_curve_and_its_figure(run_dir, classifier_dir, tmp_path):
    counted = []
    report, page = evaluate_run(
        run_dir,
        classifier_dir,
        out_dir=tmp_path,
        curve_images=4,
        sweep_images=0,
        true_edit_images=0,
        on_batch=lambda count, total: counted.append((count, total)),
    )
    images = report["measurements"]["images"]
    assert sum(count for count, _ in counted) == counted[-1][1] == images + 3 * 4
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["curve"] == report["curve"] and report["curve"]["images"] == 4
    assert [point["iteration"] for point in report["curve"]["points"]] == [10, 20, 30]
    assert (tmp_path / "learning_curve.png").is_file()
    assert "on 4 images" in page.read_text()


def test_a_damaged_checkpoint_and_a_missing_one_are_named(run_dir, classifier_dir, tmp_path):
    run, editor, classifier = measuring(run_dir, classifier_dir)
    path = run_dir / "checkpoints" / "iteration-20.data-00000-of-00001"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    try:
        with pytest.raises(CheckpointError, match=r"iteration-20 is damaged: .*SHA-256"):
            learning_curve(run, editor, classifier, batches, (1.0,))
    finally:
        path.write_bytes(content)
