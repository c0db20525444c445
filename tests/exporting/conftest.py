"""Small runs with random weights, and what export makes of them."""

import dataclasses
import os

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.config import Config, DataConfig, NetworkConfig
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.images import to_float
from stgan_tf.networks.attribute_classifier import AttributeClassifier
from stgan_tf.networks.label_rule import LabelRule
from stgan_tf.training.building import build_trainer
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.classifier_training import load_classifier, save_classifier
from stgan_tf.training.run_folder import load_run

NAMES = ("Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses")
SIZE = 32
#: stgan: the difference; attgan: the target, with a classifier; stargan: the binary target.
MODELS = {
    "stgan": {"label_scale": 1.25},
    "attgan": {"label_mode": "target", "use_stu": False, "shortcut_layers": 1, "inject_layers": 1},
    "stargan": {"model": "stargan", "label_mode": "binary", "residual_blocks": 1},
}
OPTIONS = ExportOptions(comparison_images=4, latency_repeats=2, batch_sizes=(1, 2))


@pytest.fixture(scope="session")
def run_dirs(tmp_path_factory):
    """{model: run folder}."""
    folders = {}
    for model, changes in MODELS.items():
        small = {"num_layers": 3, "shortcut_layers": 2, "inject_layers": 2, "stu_inject_layers": 2}
        small |= {"encoder_width": 4, "decoder_width": 4, "stu_width": 4}
        small |= {"discriminator_layers": 2, "discriminator_width": 2, "discriminator_fc_units": 4}
        network = NetworkConfig(**{**small, **changes})
        config = Config(data=DataConfig(attributes=NAMES, image_size=SIZE), network=network)
        folder = tmp_path_factory.mktemp(model)
        config.write(folder / "config.json")
        trainer = build_trainer(config, 100)
        # Fresh moving averages and norms are all ones and zeros: a lost one would not be noticed.
        rng = np.random.default_rng(1)
        for variable in trainer.generator.variables:
            if variable.path.split("/")[-1] not in ("kernel", "bias"):
                variable.assign(rng.uniform(0.6, 1.4, variable.shape))
        Checkpoints(trainer, folder / "checkpoints", 1).save()
        folders[model] = folder
    return folders


@pytest.fixture(scope="session")
def classifier_dir(tmp_path_factory):
    """A classifier that knows the model's attributes in another order, and one more."""
    names = ("Eyeglasses", "Male", "Bangs", "Blond_Hair", "Black_Hair")
    description = {"attributes": list(names), "image_size": SIZE, "crop": "celeba"}
    folder = tmp_path_factory.mktemp("classifier")
    network = AttributeClassifier(len(names), SIZE, width=2, hidden_units=8)
    save_classifier(network, description, folder)
    return folder


@pytest.fixture(scope="session")
def exported(run_dirs, classifier_dir, tmp_path_factory):
    """exported(model) -> (out_dir, report); attgan with the classifier, as version 7."""
    done = {}

    def export(model):
        if model not in done:
            out_dir = tmp_path_factory.mktemp(f"exported_{model}")
            classifier = classifier_dir if model == "attgan" else None
            options = dataclasses.replace(OPTIONS, version=7)
            report = export_run(run_dirs[model], out_dir, classifier, options)
            done[model] = (out_dir, report)
        return done[model]

    return export


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
            rule = LabelRule.from_network_config(run.config.network)
            labels = tf.constant(rule(source, source + difference), tf.float32)
            edits[model] = run.generator([tf.constant(to_float(images)), labels]).numpy()
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
