"""How every command starts: flags, and TensorFlow without its notices unless --verbose asks."""

import importlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from absl import app, flags
from absl import logging as absl_logging

from stgan_tf.library_notices import LEVEL, without_notices

FLAGS = flags.FLAGS
flags.DEFINE_bool("verbose", False, "Show TensorFlow's own messages too.")

#: Where a driver of NVIDIA's (the last one: under Windows' Linux) shows itself.
_GPU_DRIVERS = ("/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/dxg")


def run_command(main: Callable[[list[str]], None], takes_arguments: bool = False) -> None:
    """Reads the flags, then calls main(arguments with the program's name before them). Ctrl-C ends
    the process with a line and the status that shells give it; `train`, `serve` and the commands
    that start others answer it themselves.
    """

    def start(argv: list[str]) -> None:
        if len(argv) > 1 and not takes_arguments:
            raise app.UsageError(f"Flags only; received the argument {argv[1]!r}.")
        if FLAGS.verbose:
            os.environ[LEVEL] = "0"  # for the commands that this one starts, too
        else:
            absl_logging.get_absl_handler().setFormatter(
                logging.Formatter("%(levelname)s: %(message)s")
            )
        try:
            main(argv)
        except KeyboardInterrupt:
            print("Stopped by Ctrl-C.", file=sys.stderr)
            sys.exit(128 + signal.SIGINT)

    app.run(start, flags_parser=_parse_flags)


def _parse_flags(argv: list[str]) -> list[str]:
    """As absl does by itself; it looks for the nearest name of an unknown flag by recursion, one
    step a letter, and decodes a --flagfile without looking what it is.
    """
    try:
        return app.parse_flags_with_usage(argv)
    except RecursionError:
        reason = "an unknown flag with a very long name"
    except UnicodeDecodeError as error:
        reason = f"text that is not UTF-8 ({error.reason} at byte {error.start})"
    raise SystemExit(
        f"FATAL Flags parsing error: {reason}, on the command line or in a --flagfile, which must "
        f"be text, a flag a line. Received: {' '.join(argv[1:])[:200]}"
    )


def start_tensorflow() -> None:
    """Imports TensorFlow, and Keras on it whatever KERAS_BACKEND says: a command is a process of
    its own. To be called before anything that imports them.

    Unless the user has set TF_CPP_MIN_LOG_LEVEL, only TensorFlow's errors are shown; without a GPU
    not even these: what it logs as one is that it found no GPU, and what stops it is raised.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    has_gpu = any(Path(path).exists() for path in _GPU_DRIVERS)
    level = os.environ.setdefault(LEVEL, "2" if has_gpu else "3")
    if level != "0":  # TensorFlow tells of every file that it writes, Matplotlib of fonts
        logging.getLogger("tensorflow").setLevel(logging.WARNING)
        if not FLAGS["verbosity"].present:
            absl_logging.set_verbosity(absl_logging.WARNING)
    with without_notices():  # its libraries speak while they are loaded, before they read the level
        importlib.import_module("tensorflow")
