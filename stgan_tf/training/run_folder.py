"""The run folder: what training writes and everything else reads.

config.json         the run's configuration, written before the first step
changes.jsonl       settings that were changed later, with --force
train.lock          locked by the process that trains here
trainer.json        which process that is, or was last
checkpoints/        networks, optimisers and step, with checksums (`training.checkpoints`)
metrics.jsonl       one line of loss terms every log_every iterations
events/             the same for TensorBoard, and the sample grids
samples/            sample grids as PNG
classifier/         a copy of the attribute classifier, left by stgan_tf.evaluate
"""

import dataclasses
from pathlib import Path

import keras

from stgan_tf.model_files.resolving import model_path
from stgan_tf.options import ConfigError
from stgan_tf.run_layout import (
    AVERAGE,
    CHECKPOINTS_FOLDER,
    CONFIG_FILE,
    checkpoint_names,
)
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config, continued_config
from stgan_tf.systems.system import System
from stgan_tf.training.checkpoints import restore_network
from stgan_tf.training.config_changes import changes_that_matter, record_changes, require_same_run
from stgan_tf.training.metrics_log import METRICS_FILE
from stgan_tf.training.run_lock import LOCK_FILE, TRAINER_FILE


@dataclasses.dataclass(frozen=True)
class Run:
    """A trained (or partly trained) run, ready to edit with."""

    run_dir: Path
    config: Config
    system: System
    network: keras.Model  # the `EditingNetwork`
    step: int
    weights: str  # "average" or "raw": which weights the network has

    @property
    def label_rule(self) -> LabelRule:
        """Which label the network takes for an edit."""
        return self.system.label_rule(self.config.settings)


def require_run_folder(run_dir: Path) -> None:
    """Raises ConfigError if `run_dir` is a file or a folder of something else; writes nothing."""
    if run_dir.exists() and not run_dir.is_dir():
        raise ConfigError("run_dir", f"must be a folder. Received: {run_dir}, which is a file.")
    if run_dir.is_dir() and not (run_dir / CONFIG_FILE).exists():
        ours = (LOCK_FILE, TRAINER_FILE)
        others = [path for path in run_dir.iterdir() if path.name not in ours]
        if others:
            raise ConfigError(
                "run_dir",
                f"{run_dir} is not empty and has no {CONFIG_FILE}, so it is not a run folder. Give "
                "a new or empty folder.",
            )


def prepare_run_folder(run_dir: Path, config: Config, force: bool = False) -> None:
    """Creates the folder and writes the configuration.

    A folder that has checkpoints must belong to the same run. With `force`, harmless differences
    from its configuration (`config_changes`) are accepted and recorded in changes.jsonl.

    Raises:
        ConfigError: The existing run differs; the message names every field.
    """
    require_run_folder(run_dir)
    if (old := continued_config(run_dir)) is not None:
        changes = changes_that_matter(old, config)
        require_same_run(changes, run_dir, force)
        if changes:
            checkpoint = checkpoint_names(run_dir / CHECKPOINTS_FOLDER)[-1]
            record_changes(changes, run_dir, checkpoint)
    _remove_unfinished(run_dir)
    config.write(run_dir / CONFIG_FILE)


def _remove_unfinished(run_dir: Path) -> None:
    """Removes temporary files of a process killed while writing; the caller holds the lock."""
    for name in (CONFIG_FILE, METRICS_FILE):
        path = Path(name)
        for stray in run_dir.glob(f".{path.stem}-*{path.suffix}"):
            stray.unlink()


def load_run(run_dir: Path | str, weights: str = AVERAGE) -> Run:
    """Loads the editing network of a run with the weights of its newest complete checkpoint.

    Args:
        run_dir: The run folder, a packed model (.stgan) or a model's name
            (`model_files.resolving`).
        weights: "average" for the averaged weights if the run keeps them (--ema_decay), otherwise
            the raw ones; "raw" for the weights as trained.

    Raises:
        FileNotFoundError: The folder is not a run folder or has no checkpoint, or no model has this
            name.
        CheckpointError: No checkpoint can be restored.
        ValueError: The packed model is damaged.
    """
    run_dir = model_path(run_dir)
    config = Config.read(run_dir / CONFIG_FILE)
    system = find_system(config.system)
    network = system.build_editing_network(config)
    restored = restore_network(network, system.editing_name, run_dir, weights)
    return Run(run_dir, config, system, network, *restored)
