"""What an import writes: run folders to train, evaluate and edit with, or nothing at all."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf
from disk_journal import DiskJournal
from official.official_code import SETTING, make_checkpoint, write_checkpoint

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.classifier.training import load_classifier
from stgan_tf.editing.editor import Editor
from stgan_tf.evaluation.evaluate_run import evaluate_run
from stgan_tf.images import to_float, to_uint8
from stgan_tf.official.checkpoint_files import OfficialCheckpointError, find_checkpoint
from stgan_tf.official.run_import import import_checkpoint
from stgan_tf.synthetic.faces import write_dataset
from stgan_tf.training.run_folder import load_run
from stgan_tf.training.session import train


def content(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_run_edits_as_the_official_code_does(official_dir, tmp_path):
    expected = np.load(official_dir / "stgan_small" / "expected.npz")
    record = import_checkpoint(find_checkpoint(official_dir / "stgan_small"), tmp_path / "run")
    assert record["written"]
    assert (record["kind"], record["variables"], record["iterations"]) == ("run", 102, 7)
    assert (record["generator_updates"], record["discriminator_updates"]) == (7, 35)
    run = load_run(tmp_path / "run")
    assert run.step == 7
    images = run.network([expected["x"], tf.constant(expected["label_fed"])])
    np.testing.assert_allclose(images, expected["eval_img"], atol=2e-6)


def test_an_imported_run_edits_photos(official_dir, tmp_path):
    """Editor's uint8 images against the official generator's floats, one grey level apart."""
    expected = np.load(official_dir / "stgan_small" / "expected.npz")
    import_checkpoint(find_checkpoint(official_dir / "stgan_small"), tmp_path / "run")
    images = to_uint8(expected["x"])
    for image, label in zip(images, expected["label_fed"], strict=True):
        edits = {n: v for n, v in zip(PAPER_ATTRIBUTES, label, strict=True) if v}
        # Two hair colours at once the command refuses; the model was shown them all the same.
        edits = {n: float(v) for n, v in edits.items() if "Hair" not in n and n != "Bald"}
        kept = np.float32([[edits.get(name, 0.0) for name in PAPER_ATTRIBUTES]])
        again = load_run(tmp_path / "run").network([to_float(image[None]), tf.constant(kept)])
        edited = Editor(tmp_path / "run").edit(image, edits)
        assert np.abs(edited - to_uint8(again.numpy())[0].astype(int)).max() <= 1


def test_the_same_import_again_changes_nothing(experiment, tmp_path, monkeypatch):
    journal = DiskJournal(monkeypatch)
    first = import_checkpoint(find_checkpoint(experiment), tmp_path / "run")
    journal.require_safe(tmp_path / "run")
    before = content(tmp_path / "run")
    again = import_checkpoint(find_checkpoint(experiment), tmp_path / "run")
    assert again == {**first, "written": False}
    assert content(tmp_path / "run") == before


def test_another_checkpoint_needs_overwrite(experiment, tmp_path):
    run_dir = tmp_path / "run"
    import_checkpoint(find_checkpoint(experiment), run_dir)
    before = content(run_dir)
    other = write_checkpoint(tmp_path / "b", SETTING, make_checkpoint(SETTING, 1, (45, 9)))
    with pytest.raises(
        OfficialCheckpointError, match="run already exists .* --overwrite to replace it"
    ):
        import_checkpoint(find_checkpoint(other), run_dir)
    assert content(run_dir) == before
    record = import_checkpoint(find_checkpoint(other), run_dir, overwrite=True)
    assert record["written"]
    assert load_run(run_dir).step == 9
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "output", "run"]


def test_overwrite_removes_only_folders_of_ours(experiment, tmp_path):
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.jpg").write_bytes(b"jpg")
    with pytest.raises(OfficialCheckpointError, match="holiday is neither a run folder nor"):
        import_checkpoint(find_checkpoint(experiment), tmp_path / "holiday", overwrite=True)
    assert (tmp_path / "holiday" / "photo.jpg").is_file()


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_failed_import_leaves_everything_as_it_was(experiment, small_values, tmp_path, overwrite):
    run_dir = tmp_path / "runs" / "run"
    if overwrite:
        import_checkpoint(find_checkpoint(experiment), run_dir)
    before = content(tmp_path / "runs")
    values = {name: small_values[name] for name in small_values if name != "beta1_power"}
    broken = write_checkpoint(tmp_path / "broken", SETTING, values)
    with pytest.raises(OfficialCheckpointError, match="beta1_power"):
        import_checkpoint(find_checkpoint(broken), run_dir, overwrite=overwrite)
    assert content(tmp_path / "runs") == before
    assert run_dir.exists() == overwrite
    left = list((tmp_path / "runs").iterdir()) if (tmp_path / "runs").exists() else []
    assert left == ([run_dir] if overwrite else [])


@pytest.mark.slow
def test_training_goes_on_from_an_imported_run(tmp_path, eager_steps):
    """One iteration more: the counts go on, and the networks move by about the learning rate."""
    setting = {**SETTING, "n_d": 2, "batch_size": 4}
    folder = write_checkpoint(tmp_path / "a", setting, make_checkpoint(setting, updates=(14, 7)))
    write_dataset(tmp_path / "faces", 40, seed=3, num_processes=1)
    run_dir = tmp_path / "run"
    import_checkpoint(find_checkpoint(folder), run_dir, data_dir=str(tmp_path / "faces"))
    run = load_run(run_dir)
    before = {variable.path: variable.numpy() for variable in run.network.variables}
    # 40 faces have no image beyond the official 182,000th, so nothing to sample from.
    training = dataclasses.replace(run.config.training, num_iterations=8, sample_every=0)
    config = dataclasses.replace(run.config, training=training)
    assert train(config, run_dir, tf.distribute.get_strategy())
    after = load_run(run_dir)
    assert after.step == 8
    for variable in after.network.trainable_variables:
        moved = np.abs(variable.numpy() - before[variable.path]).max()
        assert 0 < moved < 10 * setting["lr"], variable.path


@pytest.mark.slow
def test_evaluation_of_an_imported_run_by_the_imported_classifier(official_dir, tmp_path):
    setting = {
        **SETTING,
        **{"img_size": 128, "enc_layers": 5, "dec_layers": 5, "stu_layers": 4, "dis_layers": 5},
        **{"enc_dim": 2, "dec_dim": 2, "stu_dim": 2, "dis_dim": 2},
    }
    folder = write_checkpoint(tmp_path / "a", setting, make_checkpoint(setting))
    write_dataset(tmp_path / "faces", 12, seed=3, num_processes=1)
    import_checkpoint(find_checkpoint(folder), tmp_path / "run", data_dir=str(tmp_path / "faces"))
    record = import_checkpoint(
        find_checkpoint(official_dir / "classifier"), tmp_path / "classifier"
    )
    assert (record["kind"], record["variables"]) == ("classifier", 54)
    report, page = evaluate_run(
        tmp_path / "run", tmp_path / "classifier", split="train", max_images=6
    )
    assert report["measurements"]["images"] == 6
    assert report["provenance"]["classifier_validation_accuracy"] is None
    assert page.is_file()


def test_the_imported_classifier_answers_as_the_official_one(official_dir, tmp_path):
    expected = np.load(official_dir / "classifier" / "expected.npz")
    import_checkpoint(find_checkpoint(official_dir / "classifier"), tmp_path / "classifier")
    classifier = load_classifier(tmp_path / "classifier")
    assert (len(classifier.attributes), classifier.image_size, classifier.crop) == (
        40,
        128,
        "official",
    )
    np.testing.assert_allclose(classifier.model(expected["x"]), expected["logits"], atol=1e-5)
    record = json.loads((tmp_path / "classifier" / "official_import.json").read_text())
    assert record["source"].endswith("128.ckpt")


def test_a_classifier_that_does_not_fit(official_dir, tmp_path):
    reader = tf.train.load_checkpoint(str(find_checkpoint(official_dir / "classifier").prefix))
    values = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    hidden = "classifier/flatten_fully_connected/fully_connected/weights"
    for number, (name, message) in enumerate(
        {
            hidden: f"lacks 1 variable of the attribute classifier: {hidden}",
            "classifier/Conv_9/weights": "lacks 1 variable .*: classifier/Conv_9/weights",
            "classifier/Conv/BatchNorm/gamma/Adam": "lacks .*BatchNorm/gamma/Adam",
        }.items()
    ):
        kept = {key: value for key, value in values.items() if key != name}
        folder = write_checkpoint(tmp_path / str(number), None, kept)
        with pytest.raises(OfficialCheckpointError, match=message):
            import_checkpoint(find_checkpoint(folder), tmp_path / "classifier")
    assert not (tmp_path / "classifier").exists()
