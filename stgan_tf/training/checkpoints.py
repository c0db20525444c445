"""Step-exact checkpoints: the networks and the optimisers with their slots and step counts.

Data order and random numbers are functions of (seed, step), so there is nothing else to save.
"""

import logging
from collections.abc import Callable
from pathlib import Path

import keras
import tensorflow as tf

from stgan_tf.keras_versions import named_variables, tf_variable
from stgan_tf.run_layout import (
    AVERAGE,
    CHECKPOINTS_FOLDER,
    PACKED_WEIGHTS_FILE,
    RAW,
    WEIGHTS,
    checkpoint_iteration,
    checkpoint_names,
)
from stgan_tf.systems.system_trainer import SystemTrainer
from stgan_tf.training import checkpoint_files
from stgan_tf.training.optimizer_state import FORMAT, FORMAT_KEY, format_of, saved_optimizers
from stgan_tf.training.packed_weights import Restored, restore_packed

#: Errors that TensorFlow raises for damaged files (IndexError: shorter than their index says) and
#: for files of different networks.
_RESTORE_ERRORS = (AssertionError, IndexError, ValueError, tf.errors.OpError)

#: Key of the averaged weights of the editing network NAME in a checkpoint (--ema_decay).
_AVERAGE = "{}_average"
#: Key of a trainer's state other than networks and optimisers.
_STATE = "state"


class CheckpointError(RuntimeError):
    """A checkpoint cannot be read or written, or does not fit the configured networks."""


class Checkpoints:
    """Saves and restores a trainer's checkpoints in `folder`, keeping the newest `keep`.

    The format is that of tf.train.CheckpointManager, which is not used because it stops deleting
    old checkpoints once the clock has been ahead, and fails on an empty file `checkpoint`, which a
    power cut can leave behind.

    Args:
        trainer: The trainer to save and restore, with built networks and optimisers.
        folder: Where the checkpoints are written.
        keep: How many checkpoints to keep.
        editing_name: Name of the trainer's editing network, whose average is saved too.
    """

    def __init__(
        self, trainer: SystemTrainer, folder: Path, keep: int, editing_name: str = "generator"
    ):
        self._trainer = trainer
        self._folder, self._keep = Path(folder), keep
        self._average = _AVERAGE.format(editing_name)
        self._checkpoint = self._checkpoint_of(FORMAT, trainer.weight_average is not None)

    def _checkpoint_of(self, checkpoint_format: int, with_average: bool) -> tf.train.Checkpoint:
        trainer = self._trainer
        parts = {} if checkpoint_format == 1 else {FORMAT_KEY: tf.Variable(checkpoint_format)}
        if with_average:
            parts[self._average] = trainer.weight_average.named_variables
        if trainer.saved_state:
            parts[_STATE] = trainer.saved_state
        return tf.train.Checkpoint(
            **{name: _named_variables(network) for name, network in trainer.networks.items()},
            **saved_optimizers(trainer, checkpoint_format),
            **parts,
        )

    @property
    def latest(self) -> str | None:
        """Path of the newest checkpoint, or None if there is none."""
        name = checkpoint_files.named_checkpoint(self._folder)
        return None if name is None else str(self._folder / name)

    def save(self) -> str:
        """Writes a checkpoint named after the current iteration and returns its path.

        Raises:
            CheckpointError: It could not be written. The earlier checkpoints are left unchanged.
        """
        prefix = self._folder / f"iteration-{self.iteration()}"
        try:
            unfinished = checkpoint_files.make_room(prefix)
            # Creates the counter; without it TensorFlow would not restore everything.
            assert self._checkpoint.save_counter is not None
            self._checkpoint.write(str(unfinished))
            checkpoint_files.publish(unfinished, prefix)
            checkpoint_files.name_newest(prefix, self._keep)
        except (OSError, tf.errors.OpError) as error:
            checkpoint_files.remove_unfinished(prefix)
            raise CheckpointError(
                f"The checkpoint {prefix} could not be written: {_first_line(error)} "
                f"The newest complete one is {_newest_whole(self._folder) or 'none'}. Free disk "
                "space or make the folder writable, then resume from it with the same command."
            ) from error
        return str(prefix)

    def restore(self, folder: Path) -> int:
        """Restores the newest complete checkpoint of `folder`, if there is one.

        Returns the iteration to continue from, 0 without a checkpoint.

        Raises:
            CheckpointError: There are checkpoints, but none can be restored.
        """
        path = _restore_newest(folder, self._restore)
        return 0 if path is None else self.iteration()

    def _restore(self, path: str) -> None:
        checkpoint_format = format_of(path)
        if checkpoint_format > FORMAT:
            raise CheckpointError(
                f"The checkpoint {path} has format {checkpoint_format}, which this version of "
                f"stgan_tf does not know; it reads formats up to {FORMAT}. Install the version "
                "that wrote it, or a later one."
            )
        average = self._trainer.weight_average
        saved_average = average is not None and _has(self._average, path)
        checkpoint = self._checkpoint_of(checkpoint_format, saved_average)
        checkpoint.restore(path).assert_existing_objects_matched()
        if average is not None and not saved_average:
            average.start_from_weights()  # --ema_decay was switched on later

    def iteration(self) -> int:
        """Iterations done."""
        return int(self._trainer.iterations.numpy())


def restore_network(
    network: keras.Model,
    name: str,
    run_dir: Path,
    weights: str = AVERAGE,
    iteration: int | None = None,
) -> Restored:
    """Restores a network from a checkpoint of the run, or from a packed model.

    Args:
        network: The network to fill; built.
        name: The network's name in the checkpoints.
        run_dir: The run folder.
        weights: One of WEIGHTS. A run without --ema_decay has only the raw weights, which are then
            used for "average" too.
        iteration: The iteration of the checkpoint; None: the newest complete one.

    Raises:
        FileNotFoundError: The run has no checkpoint yet, or none of this iteration.
        CheckpointError: No checkpoint can be restored, or the one of this iteration is damaged.
        ValueError: `weights` is unknown, or a packed model's weights or iteration are others.
    """
    if weights not in WEIGHTS:
        raise ValueError(f"`weights` must be one of {', '.join(WEIGHTS)}. Received: {weights!r}.")
    packed = Path(run_dir) / PACKED_WEIGHTS_FILE
    if packed.is_file():
        restored = restore_packed(network, packed, weights)
        if iteration not in (None, restored.step):
            raise ValueError(
                f"{run_dir} is a packed model, which has the weights of iteration {restored.step} "
                f"only. Received: {iteration}."
            )
        return restored

    average = _AVERAGE.format(name)

    def restore(path: str) -> None:
        key = average if weights == AVERAGE and _has(average, path) else name
        status = tf.train.Checkpoint(**{key: _named_variables(network)}).restore(path)
        status.assert_existing_objects_matched().expect_partial()

    folder = Path(run_dir) / CHECKPOINTS_FOLDER
    if iteration is None:
        path = _restore_newest(folder, restore)
    else:
        path = _restore_one(folder, iteration, restore)
    if path is None:
        raise FileNotFoundError(
            f"No checkpoint in {folder}: the run has not saved its first one yet. Continue "
            "training with stgan_tf.train."
        )
    taken = AVERAGE if weights == AVERAGE and _has(average, str(path)) else RAW
    return Restored(checkpoint_iteration(path.name), taken)


def _restore_one(folder: Path, iteration: int, restore: Callable[[str], None]) -> Path:
    path = folder / f"iteration-{iteration}"
    if path.name not in checkpoint_names(folder):
        kept = ", ".join(str(checkpoint_iteration(name)) for name in checkpoint_names(folder))
        raise FileNotFoundError(
            f"{folder} has no checkpoint of iteration {iteration}, only of: {kept or 'none'}."
        )
    if damage := _restore_if_intact(path, restore):
        raise CheckpointError(f"The checkpoint {path} is damaged: {damage}")
    return path


def _restore_if_intact(path: Path, restore: Callable[[str], None]) -> str | None:
    """Calls `restore` with the checkpoint; returns what is damaged, or None if it was restored."""
    damage = checkpoint_files.find_damage(path)
    if damage is not None:
        return damage
    try:
        restore(str(path))
    except _RESTORE_ERRORS as error:
        damage = _first_line(error)
        if checkpoint_files.has_checksums(path):
            raise CheckpointError(
                f"The checkpoint {path} is intact, but does not fit the networks of the "
                f"configuration: {damage}"
            ) from error
    return damage


def _restore_newest(folder: Path, restore: Callable[[str], None]) -> Path | None:
    """Calls `restore` with the best intact checkpoint of `folder` and returns that checkpoint.

    Logs the damaged ones that it skips. Returns None if there is no checkpoint at all.
    """
    candidates = checkpoint_files.candidates(folder)
    if candidates and checkpoint_files.named_checkpoint(folder) is None:
        logging.warning(
            "%s does not name a checkpoint. Using the newest one with checksums.",
            folder / checkpoint_files.STATE_FILE,
        )
    damages = []
    for path in candidates:
        damage = _restore_if_intact(path, restore)
        if damage is None:
            if damages:
                logging.warning("Continuing from an earlier checkpoint: %s.", path.name)
            return path
        logging.warning("The checkpoint %s is damaged: %s", path, damage)
        damages.append(f"{path.name}: {damage}")
    if damages:
        raise CheckpointError(
            f"No checkpoint in {folder} can be restored. {'; '.join(damages)}. Restore one from a "
            "backup, or start a new run with another --run_dir."
        )
    if names := checkpoint_names(folder):
        # A run must not start from scratch and overwrite checkpoints that are merely not named.
        raise CheckpointError(
            f"{folder} contains {', '.join(names)}, but its file `checkpoint` names none of them "
            f'and they have no checksums. Write model_checkpoint_path: "{names[-1]}" into that '
            "file to continue from this checkpoint."
        )
    return None


def _named_variables(network: keras.Model) -> dict[str, tf.Variable]:
    """{path: variable} of the network.

    Given the network itself, tf.train.Checkpoint would silently leave out what Keras 3 layers hold
    in lists, here the moving averages, both when saving and when restoring.
    """
    return {path: tf_variable(variable) for path, variable in named_variables(network).items()}


def _has(part: str, path: str) -> bool:
    return any(name.startswith(f"{part}/") for name, _ in tf.train.list_variables(path))


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _newest_whole(folder: Path) -> str | None:
    whole = (p.name for p in checkpoint_files.candidates(folder) if not _damaged(p))
    return next(whole, None)


def _damaged(prefix: Path) -> bool:
    return checkpoint_files.find_damage(prefix) is not None
