"""The run folder: what training writes and everything else reads.

config.json         the run's configuration, written before the first step
checkpoints/        networks, optimisers and step, by tf.train.CheckpointManager
metrics.jsonl       one line of loss terms every log_every iterations
events/             the same for TensorBoard, and the sample grids
samples/            sample grids as PNG
"""

import dataclasses
from pathlib import Path

from stgan_tf.config import Config, ConfigError
from stgan_tf.networks.generator import Generator
from stgan_tf.training.building import build_generator
from stgan_tf.training.checkpoints import restore_generator
from stgan_tf.training.run_layout import CONFIG_FILE, continued_config

#: Fields that may differ when a run is continued: they change how long it runs and what it writes,
#: not what it computes.
_CHANGEABLE = {
    "data": {"data_dir", "labels_file", "image_dir", "cache"},
    "training": {
        "num_epochs",
        "num_iterations",
        "log_every",
        "sample_every",
        "checkpoint_every",
        "keep_checkpoints",
    },
}


@dataclasses.dataclass(frozen=True)
class Run:
    """A trained (or partly trained) run, ready to edit with."""

    run_dir: Path
    config: Config
    generator: Generator
    step: int


def prepare_run_folder(run_dir: Path, config: Config) -> None:
    """Makes the folder and writes the configuration; a folder with checkpoints must hold the same
    run, since without one there is nothing to continue.

    Raises ConfigError naming the first field that differs from the existing run's.
    """
    path = run_dir / CONFIG_FILE
    if (old := continued_config(run_dir)) is not None:
        _require_same_run(old, config, run_dir)
    elif not path.exists() and run_dir.is_dir() and any(run_dir.iterdir()):
        raise ConfigError(
            "run_dir",
            f"{run_dir} is not empty and holds no {CONFIG_FILE}, so it is no run folder. "
            "Give a new or an empty folder.",
        )
    config.write(path)


def _require_same_run(old: Config, new: Config, run_dir: Path) -> None:
    for section in dataclasses.fields(Config):
        old_part, new_part = getattr(old, section.name), getattr(new, section.name)
        for field in dataclasses.fields(old_part):
            before, now = getattr(old_part, field.name), getattr(new_part, field.name)
            if before != now and field.name not in _CHANGEABLE.get(section.name, ()):
                raise ConfigError(
                    field.name,
                    f"is {now!r}, but the run in {run_dir} was started with {before!r}. Continue "
                    "it with the same value, or start another --run_dir.",
                )


def load_run(run_dir: Path | str) -> Run:
    """The generator of a run folder with its newest checkpoint's weights.

    Raises FileNotFoundError if the folder is no run folder or holds no checkpoint.
    """
    run_dir = Path(run_dir)
    config = Config.read(run_dir / CONFIG_FILE)
    generator = build_generator(config)
    step = restore_generator(generator, run_dir)
    return Run(run_dir, config, generator, step)
