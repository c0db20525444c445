"""Step-exact checkpoints: networks, both optimisers with their slots, and through them the step.

Data order and random numbers are functions of (seed, step), so there is nothing else to save.
"""

from pathlib import Path

import keras
import tensorflow as tf

from stgan_tf.networks.generator import Generator
from stgan_tf.training.run_layout import CHECKPOINTS_FOLDER, checkpoint_names
from stgan_tf.training.trainer import STGANTrainer

#: What TensorFlow raises for files that are damaged (IndexError: shorter than their index says) or
#: of other networks.
_RESTORE_ERRORS = (AssertionError, IndexError, ValueError, tf.errors.OpError)


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be read or does not fit the configured networks."""


class Checkpoints:
    """Saves and restores a trainer in `folder`, the newest `keep` kept."""

    def __init__(self, trainer: STGANTrainer, folder: Path, keep: int):
        self._trainer = trainer
        self._checkpoint = tf.train.Checkpoint(
            generator=_named_variables(trainer.generator),
            discriminator=_named_variables(trainer.discriminator),
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
            _require_empty(folder)
            return 0
        try:
            self._checkpoint.restore(path).assert_existing_objects_matched()
        except _RESTORE_ERRORS as error:
            raise CheckpointError(_unreadable(path, error)) from error
        return self.iteration()

    def iteration(self) -> int:
        """Iterations done."""
        return int(self._trainer.generator_optimizer.iterations.numpy())


def restore_generator(generator: Generator, run_dir: Path) -> int:
    """Fills `generator` from the run's newest checkpoint; returns its iteration."""
    path = tf.train.latest_checkpoint(str(run_dir / CHECKPOINTS_FOLDER))
    if path is None:
        raise FileNotFoundError(
            f"No checkpoint in {run_dir / CHECKPOINTS_FOLDER}: the run has not reached its first "
            "one. Train it further with stgan_tf.train."
        )
    try:
        status = tf.train.Checkpoint(generator=_named_variables(generator)).restore(path)
        status.assert_existing_objects_matched().expect_partial()
    except _RESTORE_ERRORS as error:
        raise CheckpointError(_unreadable(path, error)) from error
    return int(path.rsplit("-", 1)[1])


def _named_variables(network: keras.Model) -> dict[str, tf.Variable]:
    """{path: variable}. Given the network itself, tf.train.Checkpoint would leave out what Keras 3
    layers hold in lists, and not miss it on restoring: here the moving averages.
    """
    return {variable.path: variable.value for variable in network.variables}


def _unreadable(path: str, error: Exception) -> str:
    reason = str(error).strip().splitlines()[0]
    file = Path(path)
    others = [name for name in checkpoint_names(file.parent) if name != file.name]
    advice = (
        f'write model_checkpoint_path: "{others[-1]}" as the only line of '
        f"{file.parent / 'checkpoint'} to go on from the one before"
        if others
        else "there is no other one: start another --run_dir"
    )
    return f"The checkpoint {path} cannot be restored: {reason} If it is damaged, {advice}."


def _require_empty(folder: Path) -> None:
    """A run whose checkpoints are there but not named must not start from nothing over them."""
    names = checkpoint_names(folder)
    if names:
        raise CheckpointError(
            f"{folder} holds {', '.join(names)}, but its file `checkpoint` names none of them. "
            f'Write model_checkpoint_path: "{names[-1]}" into it to go on from that one.'
        )
