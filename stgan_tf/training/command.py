"""`stgan_tf.train` after its flags are read: a run, or one line that says why not."""

import os
import sys
from pathlib import Path

import tensorflow as tf

from stgan_tf.config import Config
from stgan_tf.training.agreement import DisagreementError, WorkerLostError
from stgan_tf.training.checkpoints import CheckpointError
from stgan_tf.training.loop import NonFiniteLossError
from stgan_tf.training.session import train
from stgan_tf.training.strategies import make_strategy

_ERRORS = (
    ValueError,
    OSError,
    CheckpointError,
    NonFiniteLossError,
    DisagreementError,
)


def train_or_exit(config: Config, run_dir: Path, strategy: str, force: bool) -> bool:
    """Trains; returns False if a signal stopped it. Exits with status 1 and a line on stderr for
    what the user can put right.
    """
    try:
        return train(config, run_dir, make_strategy(strategy), force)
    except _ERRORS as error:
        raise SystemExit(f"stgan_tf.train: {error}") from error
    except tf.errors.ResourceExhaustedError as error:
        raise SystemExit(
            f"stgan_tf.train: {str(error).strip().splitlines()[0]} If this is about memory, set "
            "--accumulation_steps=2 (or more) or a smaller --batch_size; if it is about the disk, "
            "make room. The same command goes on from the last checkpoint."
        ) from error
    except WorkerLostError as error:
        print(f"stgan_tf.train: {error}", file=sys.stderr, flush=True)
        sys.stdout.flush()
        # Not SystemExit: TensorFlow's shutdown waits a minute for the worker that is gone.
        os._exit(1)
