"""Small runs with random weights, to edit with, and what is exported of them."""

import pytest

from stgan_tf.config import Config, DataConfig, NetworkConfig
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.networks.attribute_classifier import AttributeClassifier
from stgan_tf.training.building import build_trainer
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.classifier_training import save_classifier

NAMES = ("Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses")
SIZE = 32


@pytest.fixture(scope="session")
def run_dir(tmp_path_factory):
    """run_dir(label_mode, crop="celeba") -> a run folder."""
    folders = {}

    def make(label_mode="difference", crop="celeba"):
        if (label_mode, crop) not in folders:
            folder = tmp_path_factory.mktemp(label_mode)
            network = NetworkConfig(
                label_mode=label_mode,
                num_layers=3,
                shortcut_layers=2,
                inject_layers=2,
                stu_inject_layers=2,
                encoder_width=4,
                decoder_width=4,
                stu_width=4,
                discriminator_layers=2,
                discriminator_width=2,
                discriminator_fc_units=4,
            )
            data = DataConfig(attributes=NAMES, image_size=SIZE, crop=crop)
            config = Config(data=data, network=network)
            config.write(folder / "config.json")
            Checkpoints(build_trainer(config, 100), folder / "checkpoints", 1).save()
            folders[label_mode, crop] = folder
        return folders[label_mode, crop]

    return make


@pytest.fixture(scope="session")
def classifier_dir(tmp_path_factory):
    """A classifier with random weights that knows more than the runs' attributes."""
    folder = tmp_path_factory.mktemp("classifier")
    description = {
        "attributes": ["Male", *NAMES],
        "image_size": SIZE,
        "crop": "celeba",
        "validation_mean_accuracy": None,
    }
    save_classifier(AttributeClassifier(5, SIZE, width=2, hidden_units=4), description, folder)
    return folder


@pytest.fixture(scope="session")
def exported(tmp_path_factory, run_dir, classifier_dir):
    """exported(label_mode) -> the folder of an export with the classifier."""
    folders = {}
    options = ExportOptions(
        precisions=("float32",), warmup=False, comparison_images=2, latency_repeats=1
    )

    def make(label_mode):
        if label_mode not in folders:
            folder = tmp_path_factory.mktemp(f"exported_{label_mode}")
            export_run(run_dir(label_mode), folder, classifier_dir, options)
            folders[label_mode] = folder
        return folders[label_mode]

    return make
