"""Trains STGAN, or one of the models that are configurations of it.

python -m stgan_tf.train --flagfile=flags/celeba.cfg --data_dir=data/celeba --run_dir=runs/celeba

The same command continues an interrupted run from its last checkpoint, as does --run_dir alone:
omitted flags take the run's values.
"""

import sys
from pathlib import Path

from absl import app, flags

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.config.training import STRATEGIES
from stgan_tf.flag_notes import flag_group
from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import continued_config
from stgan_tf.systems.run_flags import config_from_flags, define_run_flags, run_flags_given

FLAGS = flags.FLAGS

define_run_flags()
with flag_group("Run"):
    flags.DEFINE_string(
        "run_dir", "", "Run folder for the configuration, checkpoints, samples and metrics."
    )
    flags.DEFINE_bool(
        "force",
        False,
        "Continue although harmless settings differ from the run's (loss weights, rates, batch "
        "size).",
    )
    flags.DEFINE_bool(
        "dry_run",
        False,
        "Only report the configuration, model size and data (if --data_dir is given).",
    )
with flag_group("Computation"):
    flags.DEFINE_enum(
        "strategy",
        "auto",
        list(STRATEGIES),
        "Devices: auto takes the workers of TF_CONFIG or of a Slurm step, else all GPUs, else the "
        "CPU.",
    )
    flags.DEFINE_float(
        "start_timeout", 900, "Seconds that workers wait for each other at the start.", 1
    )
with flag_group("Output"):
    flags.DEFINE_integer(
        "stopped_exit_code",
        0,
        "Exit status after a signal (with 143, Kubeflow restarts the job).",
        0,
        255,
    )


def main(argv: list[str]) -> None:
    """Runs the command."""
    try:
        run_dir = Path(FLAGS.run_dir)
        known = continued_config(run_dir, not run_flags_given()) if FLAGS.run_dir else None
        config = config_from_flags(known)
        if FLAGS.dry_run:
            start_tensorflow()
            from stgan_tf.training.command import dry_run_or_exit

            dry_run_or_exit(config)
            return
        if not FLAGS.run_dir:
            raise ConfigError("run_dir", "is required. Received: an empty value.")
        config.data.require_source()
    except ConfigError as error:
        raise app.UsageError(str(error)) from error
    except OSError as error:  # the attributes are read from domain folders
        raise SystemExit(f"stgan_tf.train: {error}") from error

    start_tensorflow()  # after the flags are known to be good
    from stgan_tf.training.command import train_or_exit

    options = (FLAGS.force, FLAGS.stopped_exit_code, FLAGS.start_timeout)
    sys.exit(train_or_exit(config, run_dir, FLAGS.strategy, *options))


def run() -> None:
    """Entry point for the console script stgan-train."""
    run_command(main)


if __name__ == "__main__":
    run()
