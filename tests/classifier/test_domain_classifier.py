"""A classifier of several domains: it is measured by the domain that it finds likeliest."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from warm_commands import run_command

from stgan_tf.classifier.options import ClassifierOptions
from stgan_tf.classifier.training import measure_accuracy, train_classifier
from stgan_tf.config.data import DataConfig

#: Domains, each of its own colour: so many images for validation, ten times as many for training.
COUNTS = {"autumn": 4, "summer": 2, "winter": 2}
OPTIONS = {"num_iterations": 80, "batch_size": 16, "width": 2, "hidden_units": 8}


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    for channel, (domain, count) in enumerate(COUNTS.items()):
        for split, times in (("train", 10), ("val", 1)):
            folder = tmp_path / "seasons" / split / domain
            folder.mkdir(parents=True)
            for i in range(times * count):
                pixels = rng.integers(0, 80, (32, 32, 3))
                pixels[..., channel] += 150
                Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{i}.png")
    return tmp_path / "seasons"


def test_domains_are_measured_against_the_most_frequent(root, tmp_path):
    data = DataConfig(data_dir=str(root), dataset="domains", image_size=32)
    description = train_classifier(data, ClassifierOptions(**OPTIONS), tmp_path / "classifier")
    assert description["validation_domain_accuracy"] > 0.9
    assert description["validation_majority_domain_accuracy"] == 0.5
    wrong = 1 - description["validation_mean_accuracy"]
    assert description["validation_domain_accuracy"] == pytest.approx(1 - 3 * wrong / 2)


@pytest.mark.slow
def test_the_command_shows_domains_and_the_share_of_the_most_frequent(root, tmp_path):
    options = [f"--{name}={value}" for name, value in OPTIONS.items()]
    places = [
        f"--data_dir={root}",
        f"--out_dir={tmp_path / 'out'}",
        "--dataset=domains",
        "--image_size=32",
    ]
    result = run_command("train_classifier", *options, *places)
    assert result.returncode == 0, result.stderr
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("Domain of an image")]
    accuracy, majority = (float(value) for value in line.split() if value[0].isdigit())
    assert accuracy > majority == 50.0


def test_the_likeliest_domain_by_hand():
    """The first image's is right where two pass zero, the second's where none does; not the
    third's."""
    logits = np.array([[3, 1, -1], [-3, -2, -1], [-1, 2, 1]], np.float32)
    labels = np.array([[1.0, 0, 0], [0, 0, 1], [0, 0, 1]])
    batches = [{"images": tf.constant(logits), "source_attributes": tf.constant(labels)}]

    def model(images, training):
        return images

    np.testing.assert_allclose(measure_accuracy(model, batches, one_hot=True), [1, 2 / 3, 2 / 3])
    np.testing.assert_allclose(measure_accuracy(model, batches), [1, 1 / 3, 2 / 3])
