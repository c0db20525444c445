"""The length of a run and of its epochs, in iterations."""

from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config


def batches_per_iteration(config: Config) -> int:
    """Batches that one iteration of the run takes."""
    return find_system(config.system).batches_per_iteration(config.settings)


def iterations_per_epoch(num_images: int, config: Config) -> int:
    """Iterations in which every training image is used about once; at least 1."""
    images = config.training.batch_size * batches_per_iteration(config)
    return max(1, num_images // images)


def total_iterations(num_images: int, config: Config) -> int:
    """Length of the run in iterations, given its number of training images."""
    training = config.training
    return training.num_iterations or training.num_epochs * iterations_per_epoch(num_images, config)


def decay_iterations(num_images: int, config: Config) -> int:
    """Iterations between decays of the learning rate; 0: never."""
    training = config.training
    return training.decay_after_iterations or (
        training.decay_after_epochs * iterations_per_epoch(num_images, config)
    )
