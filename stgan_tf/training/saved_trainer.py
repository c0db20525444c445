"""Saves a trainer that was trained with Keras' `fit` as a run folder."""

from collections.abc import Sequence
from pathlib import Path

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.files import replacing_folder
from stgan_tf.keras_versions import is_compiled
from stgan_tf.options import ConfigError
from stgan_tf.run_layout import CHECKPOINTS_FOLDER, CONFIG_FILE
from stgan_tf.systems.registry import find_system, system_names
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.system import System
from stgan_tf.systems.system_trainer import SystemTrainer
from stgan_tf.training.checkpoints import Checkpoints


def save_run(
    trainer: SystemTrainer,
    run_dir: Path | str,
    attributes: Sequence[str],
    image_size: int,
    crop: str = "none",
) -> Path:
    """Writes `trainer` as a run folder for all commands and `Editor`; returns the folder.

    The run has the weights, their average and the update counts, but not the optimisers' state: to
    continue training, keep the file written by `trainer.save`.

    Args:
        trainer: A compiled trainer with built networks, of a system whose trainers can be made by
            hand (`System.config_of`).
        run_dir: A new or empty folder.
        attributes: Names of the attributes, in the order of the labels.
        image_size: Side in pixels of the square training images.
        crop: How photos were cropped to them, as a value of --crop, so that `edit` crops them in
            the same way. "none": they are whole images.

    Raises:
        ConfigError: (a ValueError) The folder is not empty, or the attributes do not fit.
        ValueError: The trainer is not built, or its settings do not describe its networks.
        TypeError: It is another kind of trainer.
    """
    run_dir = Path(run_dir)
    if run_dir.exists() and (not run_dir.is_dir() or any(run_dir.iterdir())):
        raise ConfigError("run_dir", f"must be a new or empty folder. Received: {run_dir}.")
    if not (trainer.built and is_compiled(trainer)):
        raise ValueError("The trainer must be compiled and built: call `fit`, or `build`, first.")
    data = DataConfig(attributes=tuple(attributes), image_size=image_size, crop=crop)
    training = TrainingConfig(
        seed=trainer.seed,
        accumulation_steps=trainer.accumulation_steps,
        recompute=trainer.recompute,
        ema_decay=trainer.ema_decay,
    )
    system, config = _system_of(trainer, data, training)
    copy = _copy(system, config, trainer)

    with replacing_folder(run_dir) as folder:
        config.write(folder / CONFIG_FILE)
        Checkpoints(copy, folder / CHECKPOINTS_FOLDER, 1, system.editing_name).save()
    return run_dir


def _system_of(
    trainer: SystemTrainer, data: DataConfig, training: TrainingConfig
) -> tuple[System, Config]:
    for system in map(find_system, system_names()):
        config = system.config_of(trainer, data, training)
        if config is not None:
            return system, config
    raise TypeError(
        "`trainer` must be one that is made by hand and trained with `fit`, such as STGANTrainer. "
        f"Train others with stgan_tf.train. Received: {type(trainer).__name__}."
    )


def _copy(system: System, config: Config, trainer: SystemTrainer) -> SystemTrainer:
    """A copy of the trainer with the variable names that a run expects.

    A run looks its weights up by name, and the names in a user's networks depend on what Keras
    built before them. The copy's optimisers are new, except for their update counts.
    """
    copy = system.copy_for_run(trainer, config)
    for name, network in copy.networks.items():
        _copy_values(trainer.networks[name].variables, network.variables, config)
    if copy.weight_average is not None:
        averages = (t.weight_average.named_variables.values() for t in (trainer, copy))
        _copy_values(*averages, config)
    for name, optimizer in copy.optimizers.items():
        optimizer.iterations.assign(trainer.optimizers[name].iterations.numpy())
    return copy


def _copy_values(sources, targets, config: Config) -> None:
    sources, targets = list(sources), list(targets)
    if [tuple(v.shape) for v in sources] != [tuple(v.shape) for v in targets]:
        raise ValueError(
            "The trainer's settings do not describe its networks: give the trainer the settings "
            f"that the networks were built with. Received: {config.settings}."
        )
    for source, target in zip(sources, targets, strict=True):
        target.assign(source.numpy())
