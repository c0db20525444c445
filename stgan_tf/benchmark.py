"""Times a training iteration, the data pipeline and the generator on this machine.

python -m stgan_tf.benchmark --part=train --flagfile=flags/benchmark_64.cfg

Prints a table and one line of JSON (also written to --json_file). Each part runs in a process of
its own, so that peak memory is that part's.
"""

import json
from pathlib import Path

from absl import app, flags

from stgan_tf.atomic_files import write_text
from stgan_tf.config_flags import config_from_flags, define_config_flags

FLAGS = flags.FLAGS

define_config_flags()
flags.DEFINE_enum(
    "part",
    "train",
    ["train", "pipeline", "generator"],
    "train: one iteration on images in memory; pipeline: JPEG files to batches; generator: "
    "inference at batch 1 and at batch_size.",
)
flags.DEFINE_integer("repeats", 10, "Timed repetitions after one that warms up.", lower_bound=1)
flags.DEFINE_string("json_file", "", "File for the result as JSON.")


def main(argv: list[str]) -> None:
    """Flags -> one measurement."""
    if len(argv) > 1:
        raise app.UsageError(f"Flags only; received the argument {argv[1]!r}.")
    try:
        config = config_from_flags()
        from stgan_tf.benchmarking import measure

        result = measure(FLAGS.part, config, FLAGS.repeats)
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.benchmark: {error}") from error
    for name, value in result.items():
        print(f"| {name} | {value:,.4g} |" if isinstance(value, float) else f"| {name} | {value} |")
    text = json.dumps(result)
    print(text)
    if FLAGS.json_file:
        write_text(Path(FLAGS.json_file), text + "\n")


def run() -> None:
    """Entry point of the console script stgan-benchmark."""
    app.run(main)


if __name__ == "__main__":
    run()
