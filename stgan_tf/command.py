"""How every command starts: parses the flags, and silences TensorFlow's notices unless --verbose is
given.
"""

import functools
import importlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from absl import app, flags
from absl import logging as absl_logging

from stgan_tf.command_help import Command, command_of, define_help_flags
from stgan_tf.extras import what_to_install
from stgan_tf.flag_errors import usage_error
from stgan_tf.flag_files import with_flag_files
from stgan_tf.flag_notes import EVERY_COMMAND, flag_group
from stgan_tf.hidden_packages import without_packages
from stgan_tf.library_notices import LEVEL, without_notices

FLAGS = flags.FLAGS
with flag_group(EVERY_COMMAND):
    flags.DEFINE_string(
        "flagfile",
        "",
        "A file of flags, one per line; flags/NAME.cfg is the shipped one if there is no such "
        "file. Later flags take precedence.",
        allow_override=True,
    )
    flags.DEFINE_bool("verbose", False, "Also show TensorFlow's own messages.")

#: Exit statuses; 0 is success and 1 is failure. docs/exit_codes.md lists all of them.
USAGE, MISSING_EXTRA, INTERRUPTED = 2, 3, 128 + signal.SIGINT

#: Paths that exist if an NVIDIA driver is installed (the last one is for WSL).
_GPU_DRIVERS = ("/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/dxg")


def run_command(main: Callable[[list[str]], None], arguments: str = "") -> None:
    """Parses the flags, then calls main([program name, *arguments]). Ctrl-C prints one line and
    ends the process with the conventional exit status; `train`, `serve` and the commands that start
    other commands handle it themselves.

    Args:
        main: The `main` of the command's module, whose docstring becomes the help text.
        arguments: The positional arguments as the help shows them (PHOTO ...); empty: none.
    """
    command = command_of(main, arguments)

    def start(argv: list[str]) -> None:
        if FLAGS.verbose:
            os.environ[LEVEL] = "0"  # also for the commands that this one starts
        else:
            absl_logging.get_absl_handler().setFormatter(
                logging.Formatter("%(levelname)s: %(message)s")
            )
        try:
            if len(argv) > 1 and not arguments:
                raise app.UsageError(f"Takes flags only. Received the argument {argv[1]!r}.")
            main(argv)
        except app.UsageError as error:
            _exit(command, f"{error} --help lists the flags.", USAGE)
        except ModuleNotFoundError as error:
            message = what_to_install(error)
            if not message:
                raise
            _exit(command, message, MISSING_EXTRA)
        except KeyboardInterrupt:
            print("Stopped by Ctrl-C.", file=sys.stderr)
            sys.exit(INTERRUPTED)

    app.run(start, flags_parser=functools.partial(_parse_flags, command))


def _parse_flags(command: Command, argv: list[str]) -> list[str]:
    define_help_flags(command)
    try:
        return FLAGS([argv[0], *with_flag_files(argv[1:], presets="preset" in FLAGS)])
    except (flags.Error, ValueError, RecursionError) as error:
        message = usage_error(error, argv[1:], FLAGS)
        _exit(command, f"{message} --help lists the flags.", USAGE)


def _exit(command: Command, message: str, status: int) -> NoReturn:
    print(f"{command.module}: {message}", file=sys.stderr)
    sys.exit(status)


def start_tensorflow() -> None:
    """Imports TensorFlow, and Keras with the TensorFlow backend whatever KERAS_BACKEND says: a
    command has a process of its own. Call it before importing anything that imports them.

    Unless the user has set TF_CPP_MIN_LOG_LEVEL, only TensorFlow's errors are shown, and without a
    GPU not even those: there it logs the missing GPU as an error, and real errors are raised
    anyway.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    has_gpu = any(Path(path).exists() for path in _GPU_DRIVERS)
    level = os.environ.setdefault(LEVEL, "2" if has_gpu else "3")
    if level != "0":  # TensorFlow logs every file that it writes, Matplotlib its fonts
        logging.getLogger("tensorflow").setLevel(logging.WARNING)
        if not FLAGS["verbosity"].present:
            absl_logging.set_verbosity(absl_logging.WARNING)
    # Its libraries log while loading, before they read the level. Keras imports the two packages if
    # it can, for plots and data frames, which takes a quarter of the time.
    with without_notices(), without_packages("matplotlib", "pandas"):
        importlib.import_module("tensorflow")
