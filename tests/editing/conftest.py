"""Small runs with random weights, to edit with."""

import pytest

from stgan_tf.config import Config, DataConfig, NetworkConfig
from stgan_tf.training.building import build_trainer
from stgan_tf.training.checkpoints import Checkpoints

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
