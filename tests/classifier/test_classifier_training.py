import dataclasses
import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from stgan_tf.classifier import training
from stgan_tf.classifier.options import ClassifierOptions
from stgan_tf.classifier.training import load_classifier, measure_accuracy, train_classifier
from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.options import ConfigError

SIZE = 32
NAMES = ("Bangs", "Male")
OPTIONS = ClassifierOptions(num_iterations=40, batch_size=16, width=2, hidden_units=8)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """120 noisy images: the upper half is bright with Bangs, the lower half with Male."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "img_align_celeba").mkdir()
    rng = np.random.default_rng(0)
    attributes = rng.integers(0, 2, (120, 2))
    lines = [str(len(attributes)), " ".join(NAMES)]
    for number, (bangs, male) in enumerate(attributes, start=1):
        pixels = rng.integers(0, 80, (SIZE, SIZE, 3))
        pixels[: SIZE // 2] += 120 * bangs
        pixels[SIZE // 2 :] += 120 * male
        name = f"{number:06d}.jpg"
        Image.fromarray(pixels.astype(np.uint8)).save(folder / "img_align_celeba" / name)
        lines.append(f"{name} {2 * bangs - 1} {2 * male - 1}")
    (folder / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")
    return DataConfig(
        data_dir=str(folder),
        attributes=NAMES,
        image_size=SIZE,
        crop="none",
        split="fractions",
        split_fractions=(0.6, 0.2, 0.2),
    )


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("classifier")
    losses = []
    description = train_classifier(data, OPTIONS, folder, lambda _, loss: losses.append(loss))
    return folder, description, losses


def test_learns_what_can_be_seen(trained):
    _, description, losses = trained
    assert len(losses) == OPTIONS.num_iterations
    assert losses[-1] < losses[0]
    assert description["validation_mean_accuracy"] > 0.95
    assert description["train_images"] + description["validation_images"] < 120
    for share in description["validation_majority_accuracy"].values():
        assert 0.5 <= share < 0.9


def test_saved_files_load_and_predict_the_same(trained):
    folder, description, _ = trained
    assert sorted(path.name for path in folder.iterdir()) == [
        "classifier.json",
        "classifier.keras",
    ]
    images = np.random.default_rng(1).uniform(-1, 1, (2, SIZE, SIZE, 3)).astype(np.float32)
    expected = keras.saving.load_model(folder / "classifier.keras", compile=False)(images)
    for path in (folder, str(folder), folder / "classifier.keras", folder / "classifier.json"):
        loaded = load_classifier(path)
        assert loaded.attributes == NAMES
        assert (loaded.image_size, loaded.crop) == (SIZE, "none")
        np.testing.assert_array_equal(loaded.model(images), expected)
    assert json.loads((folder / "classifier.json").read_text())["seed"] == 0
    assert loaded.description["validation_accuracy"] == description["validation_accuracy"]
    assert loaded.columns(["Male"]) == [1]


def test_the_seed_decides(data, trained, tmp_path):
    again = []
    train_classifier(data, OPTIONS, tmp_path, lambda _, loss: again.append(loss))
    # Not bit for bit: threads sum in an order of their own.
    np.testing.assert_allclose(again[:5], trained[2][:5], rtol=1e-3)


def test_missing_and_mixed_files_are_named(trained, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"No classifier\.keras in .*train_classifier"):
        load_classifier(tmp_path)
    shutil.copytree(trained[0], tmp_path / "mixed")
    (tmp_path / "mixed" / "classifier.keras").write_bytes(b"other")
    with pytest.raises(ValueError, match="do not belong together"):
        load_classifier(tmp_path / "mixed")
    (tmp_path / "mixed" / "classifier.json").write_text("{")
    with pytest.raises(ValueError, match=r"classifier\.json is not JSON"):
        load_classifier(tmp_path / "mixed")


def test_another_attribute_is_named(trained):
    with pytest.raises(ValueError, match="Unknown attribute: 'Young'"):
        load_classifier(trained[0]).columns(["Young"])


def test_a_non_finite_loss_saves_nothing(data, tmp_path):
    options = ClassifierOptions(num_iterations=40, batch_size=8, learning_rate=1e30, width=1)
    with pytest.raises(FloatingPointError, match="at iteration .*--learning_rate"):
        train_classifier(data, options, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_options_are_checked():
    with pytest.raises(ConfigError, match="--batch_size: must be at least 1. Received: 0"):
        ClassifierOptions(batch_size=0)
    with pytest.raises(ConfigError, match="--learning_rate: must be above 0"):
        ClassifierOptions(learning_rate=0)


@pytest.mark.slow
def test_stops_early_and_keeps_the_best_weights(data, tmp_path):
    options = ClassifierOptions(
        num_iterations=200, batch_size=16, width=2, hidden_units=8, validate_every=5, patience=3
    )
    description = train_classifier(data, options, tmp_path)
    assert description["stopped_at_iteration"] < 200
    assert description["stopped_at_iteration"] == description["best_iteration"] + 15
    # What is saved is what was best, not what came last.
    loaded = load_classifier(tmp_path)
    shown = evaluation_dataset(load_split(data, "validation"), data, 16)
    accuracy = measure_accuracy(loaded.model, shown)
    assert accuracy.mean() == description["validation_mean_accuracy"]


def test_accuracy_of_no_images_is_refused():
    with pytest.raises(ValueError, match="has no images: choose other --split_fractions"):
        measure_accuracy(lambda images, training: images, [])


def test_each_update_reads_one_batch(data, tmp_path, monkeypatch):
    read = []
    real = training.training_dataset

    def watched(*args, **kwargs):
        batches = real(*args, **kwargs)
        read.append(batches.element_spec["images"].shape)
        return batches

    monkeypatch.setattr(training, "training_dataset", watched)
    train_classifier(data, dataclasses.replace(OPTIONS, num_iterations=1), tmp_path / "classifier")
    assert read == [(1, OPTIONS.batch_size, SIZE, SIZE, 3)]


def test_accuracy_by_hand():
    """Of three images in two batches: the first attribute right in all, the second in one."""
    logits = np.array([[1, 1], [-1, 1], [2, -1]], np.float32)
    batches = [
        {"images": tf.constant(logits[:2]), "source_attributes": tf.constant([[1.0, 0], [0, 1]])},
        {"images": tf.constant(logits[2:]), "source_attributes": tf.constant([[1.0, 1]])},
    ]
    found = measure_accuracy(lambda images, training: images, batches)
    np.testing.assert_array_equal(found, [3 / 3, 1 / 3])
