"""Evaluates a trained run and writes run_dir/evaluation/ (JSON, Markdown, PNG, one HTML page).

python -m stgan_tf.evaluate --run_dir=runs/faces --classifier=runs/classifier
"""

import contextlib
import functools
import logging

from absl import app, flags
from tqdm import tqdm

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.flag_notes import flag_group
from stgan_tf.run_layout import AVERAGE, RUN_DIR_HELP, WEIGHTS, WEIGHTS_HELP

FLAGS = flags.FLAGS

with flag_group("Run"):
    flags.DEFINE_string("run_dir", None, RUN_DIR_HELP, required=True)
    flags.DEFINE_string(
        "classifier", "", "Folder written by stgan_tf.train_classifier; empty: the run's own."
    )
    flags.DEFINE_enum("weights", AVERAGE, WEIGHTS, WEIGHTS_HELP)
with flag_group("Data"):
    flags.DEFINE_enum("split", "test", ("train", "validation", "test"), "Split to measure on.")
    flags.DEFINE_integer(
        "max_images", 0, "Use only the first images of the split; 0: all.", lower_bound=0
    )
    flags.DEFINE_string("data_dir", "", "Data folder, if it has moved since training.")
with flag_group("Output"):
    flags.DEFINE_string(
        "out_dir", "", "Folder for the report; empty: RUN_DIR/evaluation. Packed models need it."
    )
with flag_group("Measurement"):
    flags.DEFINE_list(
        "intensities",
        ["1.0", "1.5"],
        "Edit strengths; 1 is the trained range, the paper's figures use 1.5.",
    )
    flags.DEFINE_integer(
        "sweep_images",
        100,
        "Images for the figure of accuracy against intensity; 0: none.",
        lower_bound=0,
    )
    flags.DEFINE_integer(
        "true_edit_images",
        64,
        "Drawn images to compare with their true edits; 0: none.",
        lower_bound=0,
    )
    flags.DEFINE_integer(
        "curve_images",
        0,
        "Images on which every kept checkpoint is measured, for the curve of a training; 0: none.",
        lower_bound=0,
    )
    flags.DEFINE_integer("batch_size", 32, "Images per batch.", lower_bound=1)
_NAMES = ("split", "data_dir", "weights", "max_images", "batch_size", "sweep_images")
_NAMES += ("true_edit_images", "curve_images")


def _numbers(texts: list[str]) -> list[float]:
    try:
        return [float(text) for text in texts]
    except ValueError:
        given = ",".join(texts)
        raise app.UsageError(f"--intensities: must be numbers. Received: {given}.") from None


def main(argv: list[str]) -> None:
    """Runs the command."""
    intensities = _numbers(FLAGS.intensities)
    start_tensorflow()  # after the flags are known to be good
    from stgan_tf.evaluation.evaluate_run import evaluate_run
    from stgan_tf.evaluation.report import results_text
    from stgan_tf.training.checkpoints import CheckpointError

    try:
        with contextlib.ExitStack() as bars:
            # Made with the first batch: errors come before it.
            bar = functools.cache(
                lambda total: bars.enter_context(tqdm(total=total, unit="image", mininterval=0.5))
            )

            def advance(count: int, total: int) -> None:
                bar(total).update(count)

            report, page = evaluate_run(
                FLAGS.run_dir,
                FLAGS.classifier or None,
                out_dir=FLAGS.out_dir or None,
                intensities=intensities,
                on_batch=advance,
                **{name: FLAGS[name].value for name in _NAMES},
            )
    except (ValueError, OSError, CheckpointError) as error:
        raise SystemExit(f"stgan_tf.evaluate: {error}") from error
    for warning in report["warnings"]:
        logging.warning("%s", warning)
    measurements = report["measurements"]
    print(f"\nStep {report['step']}, {measurements['images']} {FLAGS.split} images, in percent:\n")
    print(f"{results_text(measurements)}\nPage: {page}")


def run() -> None:
    """Entry point for the console script stgan-evaluate."""
    run_command(main)


if __name__ == "__main__":
    run()
