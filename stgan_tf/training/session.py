"""A whole training run: puts together data, trainer, checkpoints, monitors and the loop."""

import contextlib
import dataclasses
import hashlib
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import tensorflow as tf

from stgan_tf.attributes import Exclusion
from stgan_tf.data.decoding import name_unreadable
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_splits
from stgan_tf.data.pipeline import evaluation_dataset, training_dataset
from stgan_tf.data.recorded_frame import with_recorded_frame
from stgan_tf.distribution.agreement import (
    gather,
    has_several_workers,
    noticing_lost_workers,
    require_agreement,
)
from stgan_tf.distribution.strategies import is_chief, require_compatible, worker_name
from stgan_tf.images import save_png
from stgan_tf.run_layout import CHECKPOINTS_FOLDER
from stgan_tf.sources.domains import with_domains
from stgan_tf.systems.building import build_trainer
from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import total_iterations
from stgan_tf.systems.system import System
from stgan_tf.systems.system_trainer import SystemTrainer
from stgan_tf.training.checkpoints import Checkpoints
from stgan_tf.training.loop import LoopSettings, compile_step, run_loop
from stgan_tf.training.metrics_log import MetricsLog
from stgan_tf.training.run_folder import prepare_run_folder, require_run_folder
from stgan_tf.training.run_lock import RunLock
from stgan_tf.training.sample_grids import SampleGrids

#: How long workers stay alive after their last collective operation.
_FAREWELL_SECONDS = 1.0

#: Number of images in a sample grid.
NUM_SAMPLES = 8


def train(
    config: Config, run_dir: Path, strategy: tf.distribute.Strategy, force: bool = False
) -> bool:
    """Trains the configured run in `run_dir`, from its newest complete checkpoint if it has one.

    Args:
        config: The run's configuration.
        run_dir: The run folder; created if it does not exist.
        strategy: The devices to train on, see `stgan_tf.distribution.strategies.make_strategy`.
        force: Whether to accept harmless differences from the configuration of an existing run
            (`config_changes`).

    Returns:
        Whether the run reached its last iteration; False if a signal stopped it.

    Raises:
        ConfigError: A setting cannot be used, or the run folder is in use or of another run.
        ValueError, FileNotFoundError: The data cannot be used.
        CheckpointError: A checkpoint cannot be restored or written.
        NonFiniteLossError: A loss became NaN or infinite.
        DisagreementError, WorkerLostError: With several workers, see `distribution.agreement`.
    """
    config = dataclasses.replace(config, data=with_domains(config.data))
    require_compatible(config, strategy)
    if config.training.deterministic:
        tf.config.experimental.enable_op_determinism()
    # Read before anything is written, so that unusable data leave no run folder behind.
    splits = ("train", "validation") if config.training.sample_every else ("train",)
    table, *others = load_splits(config.data, splits)
    shown = others[0] if others else None
    config = dataclasses.replace(config, data=with_recorded_frame(config.data, table.paths))
    with contextlib.ExitStack() as stack:
        stack.enter_context(noticing_lost_workers(strategy))
        chief = is_chief(strategy)
        if chief:
            require_run_folder(run_dir)
            stack.enter_context(RunLock(run_dir))
            prepare_run_folder(run_dir, config, force)
            folder = run_dir / CHECKPOINTS_FOLDER
        else:
            # Every worker takes part in saving. Those other than the chief save to a temporary
            # folder of their own.
            folder = stack.enter_context(_scratch_folder(run_dir, worker_name(strategy)))
        finished = _train(config, run_dir, strategy, table, shown, folder)
        if has_several_workers(strategy):
            # Nobody leaves while the chief is still writing: that would look like a lost worker.
            gather(strategy, [int(finished)])
            # The slowest may still be receiving the result from workers that are about to exit.
            time.sleep(_FAREWELL_SECONDS)
        return finished


@contextlib.contextmanager
def _scratch_folder(run_dir: Path, worker: str) -> Iterator[Path]:
    """A temporary folder for this worker of this run."""
    run = hashlib.sha256(str(run_dir.resolve()).encode()).hexdigest()[:12]
    with tempfile.TemporaryDirectory(prefix=f"stgan_tf-{run}-{worker}-") as folder:
        yield Path(folder)


def _remove_left_behind(folder: Path) -> None:
    """Removes the scratch folders of killed predecessors of this worker.

    With the paper's networks each takes a gigabyte. Call it only once the workers have agreed: the
    chief then holds the run's lock, so no other worker of this name and run is alive.
    """
    prefix = folder.name.rsplit("-", 1)[0]
    for left in folder.parent.glob(f"{prefix}-*"):
        if left == folder:
            continue
        try:
            shutil.rmtree(left)
        except OSError as error:
            logging.warning("Could not remove %s, left by a killed worker: %s.", left, error)


def _train(
    config: Config,
    run_dir: Path,
    strategy: tf.distribute.Strategy,
    table: ImageTable,
    shown: ImageTable | None,
    folder: Path,
) -> bool:
    """`train` once the run folder is locked; `folder` is for this worker's checkpoints."""
    replicas = strategy.num_replicas_in_sync
    system = find_system(config.system)
    chief = is_chief(strategy)
    with strategy.scope():
        trainer = build_trainer(config, len(table), replicas)
    keep = config.training.keep_checkpoints if chief else 1
    checkpoints = Checkpoints(trainer, folder, keep, system.editing_name)
    start = checkpoints.restore(run_dir / CHECKPOINTS_FOLDER)
    require_agreement(strategy, config, table, start)
    if not chief:
        _remove_left_behind(folder)

    batches = system.batches_per_iteration(config.settings)

    def dataset(context: tf.distribute.InputContext) -> tf.data.Dataset:
        return training_dataset(
            table,
            config.data,
            batch_size=config.training.batch_size,
            batches_per_iteration=batches,
            required_values=system.required_values(config.settings),
            seed=config.training.seed,
            start_iteration=start,
            resolve_conflicts=config.training.resolve_target_conflicts,
            single_edits=config.training.single_edits,
            num_pipelines=context.num_input_pipelines,
            pipeline_index=context.input_pipeline_id,
            replicas_per_pipeline=replicas // context.num_input_pipelines,
        )

    settings = LoopSettings(
        total_iterations(len(table), config),
        batches * config.training.batch_size,
        config.training.log_every,
        config.training.sample_every,
        config.training.checkpoint_every,
        trainer.progress_terms,
        trainer.watched_terms,
        trainer.advice,
    )
    step = compile_step(trainer, strategy, config.training.jit_compile)
    elements = strategy.distribute_datasets_from_function(dataset)
    data = name_unreadable(elements, table, config.data)
    if not chief:
        return run_loop(step, data, checkpoints, settings, None, None, None)
    with contextlib.closing(MetricsLog(run_dir, start)) as log:
        samples = _sample_grids(config, shown, system, trainer) if shown else None
        return run_loop(
            step,
            data,
            checkpoints,
            settings,
            log,
            samples,
            lambda iteration, picture: save_png(
                run_dir / "samples" / f"iteration_{iteration:07d}.png", picture
            ),
        )


def _sample_grids(
    config: Config, table: ImageTable, system: System, trainer: SystemTrainer
) -> SampleGrids:
    """Grids of the first NUM_SAMPLES validation images, or with domains some of each."""
    exclusion = Exclusion.of(table.names, config.data.exclusive_attributes, table.attributes)
    table = table.first(NUM_SAMPLES, spread=config.data.has_domains)
    batches = evaluation_dataset(table, config.data, NUM_SAMPLES)
    batch = next(name_unreadable(batches, table, config.data))
    return SampleGrids(
        trainer.networks[system.editing_name],
        batch["images"],
        batch["source_attributes"].numpy(),
        config.data.attributes,
        system.label_rule(config.settings),
        exclusion,
    )
