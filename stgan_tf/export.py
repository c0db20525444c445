"""Exports a run as a SavedModel (TensorFlow Serving) and as LiteRT files (phones, browsers).

python -m stgan_tf.export --run_dir=runs/celeba --out_dir=export [--classifier=classifier] [--int8]
"""

from absl import flags

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.exporting.format import format_names, require_known
from stgan_tf.exporting.options import INT8, PRECISIONS, ExportOptions
from stgan_tf.run_layout import WEIGHTS, WEIGHTS_HELP

FLAGS = flags.FLAGS
_DEFAULTS = ExportOptions()

flags.DEFINE_string("run_dir", None, "Run folder written by stgan_tf.train.", required=True)
flags.DEFINE_string(
    "out_dir", None, "Folder for saved_model/, litert/, export.json.", required=True
)
flags.DEFINE_string("classifier", "", "Exported with it: a folder; else the run's own; none: none.")
flags.DEFINE_list("formats", list(_DEFAULTS.formats), f"Of {', '.join(format_names())}.")
flags.DEFINE_list("precisions", list(_DEFAULTS.precisions), f"LiteRT: of {', '.join(PRECISIONS)}.")
flags.DEFINE_bool("int8", False, "Add int8 to the precisions (calibrated, behind a PSNR gate).")
flags.DEFINE_float(
    "int8_minimum_psnr", _DEFAULTS.int8_minimum_psnr, "Below these dB int8 is refused."
)
flags.DEFINE_integer("calibration_images", _DEFAULTS.calibration_images, "Images for int8.")
flags.DEFINE_integer("comparison_images", _DEFAULTS.comparison_images, "Images to compare on.")
flags.DEFINE_string("data_dir", "", "Data folder, where it is not the one the run was trained on.")
flags.DEFINE_integer("version", 0, "Number of the SavedModel's folder; 0: the checkpoint's step.")
flags.DEFINE_string("model_name", _DEFAULTS.model_name, "Name in warm-up records.")
flags.DEFINE_list("batch_sizes", "1,2,4,8,16", "Batches that Serving pads to, ascending.")
flags.DEFINE_bool("warmup", True, "Write warm-up records (needs tensorflow-serving-api).")
flags.DEFINE_integer("latency_repeats", _DEFAULTS.latency_repeats, "Calls of a latency.")
flags.DEFINE_bool("overwrite", False, "Replace the version and the LiteRT files that are there.")
flags.DEFINE_enum("weights", _DEFAULTS.weights, WEIGHTS, WEIGHTS_HELP)
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
    """Flags -> one call."""
    try:
        options = _options()
    except ValueError as error:
        raise SystemExit(f"stgan_tf.export: {error}") from error
    start_tensorflow()  # after the flags are known to be good
    from stgan_tf.exporting.export_run import export_run
    from stgan_tf.exporting.report import report_text
    from stgan_tf.training.checkpoints import CheckpointError

    try:
        report = export_run(FLAGS.run_dir, FLAGS.out_dir, FLAGS.classifier or None, options)
    except (ValueError, OSError, ModuleNotFoundError, CheckpointError) as error:
        raise SystemExit(f"stgan_tf.export: {error}") from error
    print(f"{report_text(report)}\nWritten to {FLAGS.out_dir}.")


def run() -> None:
    """Entry point of the console script stgan-export."""
    run_command(main)


if __name__ == "__main__":
    run()
