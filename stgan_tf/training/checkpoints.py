"""Step-exact checkpoints: networks, both optimisers with their slots, and through them the step.

Data order and random numbers are functions of (seed, step), so there is nothing else to save.
"""

from pathlib import Path

import tensorflow as tf

from stgan_tf.networks.generator import Generator
from stgan_tf.training.trainer import STGANTrainer

FOLDER = "checkpoints"


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be read or does not fit the configured networks."""


class Checkpoints:
    """Saves and restores a trainer in `folder`, the newest `keep` kept."""

    def __init__(self, trainer: STGANTrainer, folder: Path, keep: int):
        self._trainer = trainer
        self._checkpoint = tf.train.Checkpoint(
            generator=trainer.generator,
            discriminator=trainer.discriminator,
            generator_optimizer=trainer.generator_optimizer,
            discriminator_optimizer=trainer.discriminator_optimizer,
        )
        self._manager = tf.train.CheckpointManager(
            self._checkpoint, str(folder), max_to_keep=keep, checkpoint_name="iteration"
        )

    @property
    def latest(self) -> str | None:
        """Path of the newest checkpoint."""
        return self._manager.latest_checkpoint

    def save(self) -> str:
        """Writes a checkpoint named after the current iteration; returns its path."""
        return self._manager.save(checkpoint_number=self.iteration())

    def restore(self, folder: Path) -> int:
        """Restores the newest checkpoint of `folder`, if there is one; returns the iteration to go
        on from.
        """
        path = tf.train.latest_checkpoint(str(folder))
        if path is None:
            return 0
        try:
            self._checkpoint.restore(path).assert_existing_objects_matched()
        except (AssertionError, ValueError, tf.errors.OpError) as error:
            raise CheckpointError(_unreadable(path, error)) from error
        return self.iteration()

    def iteration(self) -> int:
        """Iterations done."""
        return int(self._trainer.generator_optimizer.iterations.numpy())


def restore_generator(generator: Generator, run_dir: Path) -> int:
    """Fills `generator` from the run's newest checkpoint; returns its iteration."""
    path = tf.train.latest_checkpoint(str(run_dir / FOLDER))
    if path is None:
        raise FileNotFoundError(
            f"No checkpoint in {run_dir / FOLDER}: the run has not reached its first one. "
            "Train it further with stgan_tf.train."
        )
    try:
        status = tf.train.Checkpoint(generator=generator).restore(path)
        status.assert_existing_objects_matched().expect_partial()
    except (AssertionError, ValueError, tf.errors.OpError) as error:
        raise CheckpointError(_unreadable(path, error)) from error
    return int(path.rsplit("-", 1)[1])


def _unreadable(path: str, error: Exception) -> str:
    reason = str(error).strip().splitlines()[0]
    return (
        f"The checkpoint {path} cannot be restored: {reason} If the file is damaged, remove it and "
        f"its line in {Path(path).parent / 'checkpoint'} to go on from the one before."
    )
