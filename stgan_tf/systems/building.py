"""Builds the networks and the trainer of a run's configuration."""

import keras

from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.system_trainer import SystemTrainer


def build_editing_network(config: Config, synchronized: bool = False) -> keras.Model:
    """`System.build_editing_network` of the run's system."""
    return find_system(config.system).build_editing_network(config, synchronized)


def build_trainer(config: Config, num_images: int, num_replicas: int = 1) -> SystemTrainer:
    """`System.build_trainer` of the run's system."""
    return find_system(config.system).build_trainer(config, num_images, num_replicas)
