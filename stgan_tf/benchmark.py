"""Times a training iteration, the data pipeline, the generator and drawing on this machine.

python -m stgan_tf.benchmark --flagfile=flags/benchmark_64.cfg
python -m stgan_tf.benchmark --flagfile=flags/benchmark_64.cfg --against=../old/.venv/bin/python
python -m stgan_tf.benchmark --flagfile=flags/benchmark_128.cfg --report=runs/benchmark

Prints a table and a line of JSON for each part; each part is measured in its own process. With
--against, the package of another Python environment is measured in turns with this one. With
--report, training is measured in every precision, with and without XLA, at several batch sizes and
on one to all GPUs, and compared with what the machine can do and with how fast images are read.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from absl import app, flags
from tqdm import tqdm

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.files import make_folder, write_text
from stgan_tf.flag_notes import flag_group
from stgan_tf.options import ConfigError
from stgan_tf.speed import machine_report, turns
from stgan_tf.stages import passing_sigterm_on
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_flags import config_from_flags, define_run_flags

FLAGS = flags.FLAGS

PARTS = ("train", "pipeline", "generator")

define_run_flags()
with flag_group("Measurement"):
    flags.DEFINE_enum(
        "part",
        "all",
        ["all", *PARTS, "replicas", "drawing", "machine"],
        "all: the next three in turn. train: an iteration on images in memory. pipeline: JPEG "
        "files to batches. generator: inference at batch 1 and at batch_size. replicas: an "
        "iteration on two logical CPU devices and on one. drawing: images of --scene, one "
        "per repetition. machine: what products of large matrices reach.",
    )
    flags.DEFINE_integer("repeats", 10, "Timed repetitions, after one warm-up run.", lower_bound=1)
    flags.DEFINE_integer(
        "devices",
        0,
        "Devices for the part train: GPUs, or logical CPU devices without any. 0: one; with "
        "--report up to all GPUs.",
        lower_bound=0,
    )
    flags.DEFINE_bool("tensor_float_32", True, "Whether GPUs may compute float32 as TF32.")
    flags.DEFINE_string("report", "", "Folder for a report on this machine, of all kinds of runs.")
    flags.DEFINE_list(
        "batch_sizes",
        None,
        "With --report: batch sizes per device. None: --batch_size, twice and four times as many.",
    )
    flags.DEFINE_string("json_file", "", "Write the results to this JSON file.")
    flags.DEFINE_string(
        "against",
        "",
        "Python of an environment with another version of this package, to be measured in turns "
        "with this one.",
    )
    flags.DEFINE_integer("turns", 3, "With --against: measurements of each.", lower_bound=1)


def _measure(config: Config) -> str:
    start_tensorflow()
    from stgan_tf.speed.parts import measure

    if not FLAGS.tensor_float_32:
        import tensorflow as tf

        tf.config.experimental.enable_tensor_float_32_execution(False)
    result = measure(FLAGS.part, config, FLAGS.repeats, FLAGS.devices or 1)
    print("| figure | value |\n|---|---:|")
    for name, value in result.items():
        print(f"| {name} | {value:,.4g} |" if isinstance(value, float) else f"| {name} | {value} |")
    text = json.dumps(result)
    print(text, flush=True)
    return text


def _in_own_process(part: str) -> str:
    command = [sys.executable, "-m", "stgan_tf.benchmark", *sys.argv[1:], f"--part={part}"]
    process = subprocess.Popen([*command, "--json_file="], stdout=subprocess.PIPE, text=True)
    with passing_sigterm_on(process):
        printed, _ = process.communicate()
    if process.returncode:
        raise SystemExit(process.returncode)
    print(printed, flush=True)
    return printed.splitlines()[-1]


def _report(config: Config) -> None:
    """Measures the machine and writes its report."""
    own = ("report", "batch_sizes", "devices", "part", "json_file", "turns")
    arguments = turns.without_flags(sys.argv[1:], own)
    command = turns.this_install()

    def measure(part: str, *flags: str) -> dict:
        return turns.figures_of(command, part, [*arguments, *flags])

    sizes = _batch_sizes(config)
    make_folder(Path(FLAGS.report))  # it would be a pity to notice after the measurements
    machine = measure("machine")
    devices = FLAGS.devices or max(1, machine["gpus"])
    settings = machine_report.settings_on(machine["gpus"], sizes, devices)
    bar = tqdm(settings, desc="settings", disable=None)
    rows = machine_report.measure_settings(bar, lambda flags: measure("train", *flags))
    pipeline = measure("pipeline")
    report, data = machine_report.write_report(Path(FLAGS.report), machine, rows, pipeline)
    print(f"{report.read_text(encoding='utf-8')}\n{report} and {data} written.")


def _require_on_command_line(name: str) -> None:
    """Raises ConfigError for a flag in a flag file, which every measurement would read too."""
    if turns.without_flags(sys.argv[1:], (name,)) == sys.argv[1:]:
        raise ConfigError(name, "must be given on the command line, not in a flag file.")


def _batch_sizes(config: Config) -> list[int]:
    if FLAGS.batch_sizes is None:
        return [config.training.batch_size * n for n in (1, 2, 4)]
    if not all(size.isdecimal() and int(size) for size in FLAGS.batch_sizes):
        raise ConfigError(
            "batch_sizes", f"must be positive integers. Received: {','.join(FLAGS.batch_sizes)!r}."
        )
    return sorted({int(size) for size in FLAGS.batch_sizes})


def _in_turns(parts: Sequence[str]) -> list[str]:
    """Compares the two installations part by part."""
    installs = turns.this_install(), turns.other_install(FLAGS.against)
    arguments = turns.without_flags(sys.argv[1:], ("against", "turns", "json_file", "part"))
    lines = []
    for part in parts:
        this, other = turns.measure_in_turns(installs, part, arguments, FLAGS.turns)
        compared = turns.compare_figures(this, other)
        print(f"## {part}\n\n{turns.comparison_table(installs, compared)}\n", flush=True)
        figures = {name: each._asdict() for name, each in compared.items()}
        about = {"this": installs[0]._asdict(), "other": installs[1]._asdict()}
        lines.append(json.dumps({"part": part, **about, "figures": figures}))
    return lines


def main(argv: list[str]) -> None:
    """Runs the command: one measurement, or all in turn."""
    try:
        config = config_from_flags()
        parts = PARTS if FLAGS.part == "all" else (FLAGS.part,)
        if FLAGS.report:
            if FLAGS.against or FLAGS.part != "all":
                raise ConfigError("report", "goes without --against and with --part=all.")
            _require_on_command_line("report")
            return _report(config)
        if FLAGS.against:
            _require_on_command_line("against")
            lines = _in_turns(parts)
        elif FLAGS.part == "all":
            lines = [_in_own_process(part) for part in parts]
        else:
            lines = [_measure(config)]
    except ConfigError as error:
        raise app.UsageError(str(error)) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise SystemExit(f"stgan_tf.benchmark: {error}") from error
    if FLAGS.json_file:
        write_text(Path(FLAGS.json_file), "\n".join(lines) + "\n")


def run() -> None:
    """Entry point for the console script stgan-benchmark."""
    run_command(main)


if __name__ == "__main__":
    run()
