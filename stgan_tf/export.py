"""Exports a run as a SavedModel (for TensorFlow Serving) and as LiteRT files (for phones and
browsers).

python -m stgan_tf.export --run_dir=runs/celeba --out_dir=runs/celeba/export [--int8]
"""

from absl import app, flags

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.exporting.format import format_names, require_known
from stgan_tf.exporting.options import INT8, PRECISIONS, ExportOptions
from stgan_tf.flag_notes import flag_group
from stgan_tf.run_layout import RUN_DIR_HELP, WEIGHTS, WEIGHTS_HELP

FLAGS = flags.FLAGS
_DEFAULTS = ExportOptions()

with flag_group("Run"):
    flags.DEFINE_string("run_dir", None, RUN_DIR_HELP, required=True)
    flags.DEFINE_string(
        "classifier",
        "",
        "Folder of the classifier to export with it; empty: the run's own; none: no classifier.",
    )
    flags.DEFINE_enum("weights", _DEFAULTS.weights, WEIGHTS, WEIGHTS_HELP)
with flag_group("Output"):
    flags.DEFINE_string(
        "out_dir", None, "Output folder for saved_model/, litert/ and export.json.", required=True
    )
    flags.DEFINE_list(
        "formats", list(_DEFAULTS.formats), f"Formats to export: {', '.join(format_names())}."
    )
    flags.DEFINE_bool("overwrite", False, "Replace an existing version and existing LiteRT files.")
with flag_group("LiteRT"):
    flags.DEFINE_list(
        "precisions",
        list(_DEFAULTS.precisions),
        f"Precisions of the LiteRT files: {', '.join(PRECISIONS)}.",
    )
    flags.DEFINE_bool(
        "int8", False, "Also export int8 (calibrated; rejected below --int8_minimum_psnr)."
    )
    flags.DEFINE_float(
        "int8_minimum_psnr",
        _DEFAULTS.int8_minimum_psnr,
        "Minimum PSNR in dB against float32; below it, int8 is rejected.",
    )
    flags.DEFINE_integer(
        "calibration_images", _DEFAULTS.calibration_images, "Images to calibrate int8 on.", 1
    )
with flag_group("Comparison"):
    flags.DEFINE_integer(
        "comparison_images",
        _DEFAULTS.comparison_images,
        "Images to compare the exports with Keras on.",
        1,
    )
    flags.DEFINE_string("data_dir", "", "Data folder, if it has moved since training.")
    flags.DEFINE_integer(
        "latency_repeats", _DEFAULTS.latency_repeats, "Calls per latency measurement.", 1
    )
with flag_group("SavedModel"):
    flags.DEFINE_integer(
        "version", 0, "Version number of the SavedModel; 0: the checkpoint's step.", 0
    )
    flags.DEFINE_string("model_name", _DEFAULTS.model_name, "Model name in the warm-up records.")
    flags.DEFINE_list(
        "batch_sizes", "1,2,4,8,16", "Batch sizes that TensorFlow Serving pads to, ascending."
    )
    flags.DEFINE_bool("warmup", True, "Write warm-up records (needs tensorflow-serving-api).")
_NAMES = ("calibration_images", "comparison_images", "int8_minimum_psnr", "data_dir", "version")
_NAMES += ("model_name", "warmup", "latency_repeats", "overwrite", "weights")


def _options() -> ExportOptions:
    precisions = list(FLAGS.precisions)
    if FLAGS.int8 and INT8 not in precisions:
        precisions.append(INT8)
    try:
        batch_sizes = tuple(int(size) for size in FLAGS.batch_sizes)
    except ValueError:
        given = ",".join(FLAGS.batch_sizes)
        raise ValueError(f"--batch_sizes must be numbers. Received: {given}.") from None
    require_known(FLAGS.formats)
    given = {name: FLAGS[name].value for name in _NAMES}
    return ExportOptions(tuple(FLAGS.formats), tuple(precisions), batch_sizes=batch_sizes, **given)


def main(argv: list[str]) -> None:
    """Runs the command."""
    try:
        options = _options()
    except ValueError as error:
        raise app.UsageError(str(error)) from error
    start_tensorflow()  # after the flags are known to be good
    from stgan_tf.exporting.export_run import export_run
    from stgan_tf.exporting.report import report_text
    from stgan_tf.training.checkpoints import CheckpointError

    try:
        report = export_run(FLAGS.run_dir, FLAGS.out_dir, FLAGS.classifier or None, options)
    except (ValueError, OSError, CheckpointError) as error:
        raise SystemExit(f"stgan_tf.export: {error}") from error
    print(f"{report_text(report)}\nWritten to {FLAGS.out_dir}.")


def run() -> None:
    """Entry point for the console script stgan-export."""
    run_command(main)


if __name__ == "__main__":
    run()
