"""`stgan_tf.train` after its flags have been read: trains, or exits with a one-line error."""

import dataclasses
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import tensorflow as tf

from stgan_tf.data.overview import look_at
from stgan_tf.distribution.agreement import DisagreementError, WorkerLostError, has_several_workers
from stgan_tf.distribution.rendezvous import MissingWorkerError, StoppedEarlyError
from stgan_tf.distribution.strategies import START_TIMEOUT, make_strategy
from stgan_tf.systems.run_config import Config
from stgan_tf.training.checkpoints import CheckpointError
from stgan_tf.training.loop import NonFiniteLossError
from stgan_tf.training.session import train
from stgan_tf.training.summary import summarize

_ERRORS = (
    ValueError,
    OSError,
    CheckpointError,
    NonFiniteLossError,
    DisagreementError,
    WorkerLostError,
    MissingWorkerError,
)


def train_or_exit(
    config: Config,
    run_dir: Path,
    strategy: str,
    force: bool,
    stopped_status: int = 0,
    start_timeout: float = START_TIMEOUT,
) -> int:
    """Trains and returns the exit status: 0, or `stopped_status` if a signal stopped the run.

    Exits with status 1 and a line on stderr for errors that the user can fix.

    Args:
        config: The run's configuration.
        run_dir: The run folder.
        strategy: One of `stgan_tf.config.training.STRATEGIES`.
        force: Whether to accept harmless differences from the existing run's configuration.
        stopped_status: Exit status of a run that a signal stopped.
        start_timeout: Seconds that workers wait for each other at the start.
    """
    devices = None
    try:
        devices = make_strategy(strategy, start_timeout)
        finished = train(config, run_dir, devices, force)
    except StoppedEarlyError as error:
        logging.warning("%s Nothing was trained.", error)
        return stopped_status
    except _ERRORS as error:
        _fail(f"stgan_tf.train: {error}", error, devices)
    except tf.errors.ResourceExhaustedError as error:
        _fail(
            f"stgan_tf.train: {str(error).strip().splitlines()[0]} If memory ran out, set "
            "--accumulation_steps=2 (or more), --recompute or a smaller --batch_size; if the disk "
            "is full, free some space. Then resume from the last checkpoint with the same command.",
            error,
            devices,
        )
    except BaseException as error:
        # TensorFlow's shutdown would wait for the other workers after unexpected errors too.
        if devices is not None and has_several_workers(devices):
            traceback.print_exception(error)
            _leave(1)
        raise
    if finished:
        print(f"Trained: {run_dir}. Samples: {run_dir / 'samples'}.")
    status = 0 if finished else stopped_status
    if has_several_workers(devices):
        _leave(status)
    return status


def dry_run_or_exit(config: Config) -> None:
    """Prints the configuration, parameter counts, estimated memory and an overview of the data.

    Exits with status 1 and a line on stderr if the data cannot be used.
    """
    try:
        shows_samples = config.training.sample_every > 0
        needed = ("train", "validation") if shows_samples else ("train",)
        data, lines = look_at(config.data, needed)
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.train: {error}") from error
    config = dataclasses.replace(config, data=data)
    print(config.to_json())
    for name, value in summarize(config).items():
        print(f"{name}: {value:,}")
    print("\n".join(lines))


def _fail(message: str, error: Exception, devices: tf.distribute.Strategy | None) -> NoReturn:
    if devices is not None and has_several_workers(devices):
        print(message, file=sys.stderr)
        _leave(1)
    raise SystemExit(message) from error


def _leave(status: int) -> NoReturn:
    """Ends the process at once.

    With several workers, TensorFlow's own shutdown waits for the others: a minute for one that is
    gone, which would use up the grace period before a kill.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
