"""Trains the attribute classifier that measures edits, independently of any generator.

python -m stgan_tf.train_classifier --data_dir=data/faces --split=partition --image_size=64 \
    --out_dir=runs/classifier
"""

import time

from absl import app, flags
from tqdm import tqdm

from stgan_tf.classifier.options import ClassifierOptions
from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.config.data import DataConfig
from stgan_tf.config.flags import define_flags, read_flags
from stgan_tf.flag_files import define_preset_flag
from stgan_tf.flag_notes import flag_group
from stgan_tf.options import ConfigError

FLAGS = flags.FLAGS
with flag_group("Output"):
    flags.DEFINE_string(
        "out_dir", None, "Output folder for classifier.keras and classifier.json.", required=True
    )


define_preset_flag()
define_flags(DataConfig, ClassifierOptions)


def main(argv: list[str]) -> None:
    """Runs the command."""
    start = time.monotonic()
    try:
        data, options = read_flags(DataConfig), read_flags(ClassifierOptions)
        data.require_source()
    except ConfigError as error:
        raise app.UsageError(str(error)) from error
    try:
        start_tensorflow()  # after the flags are known to be good
        from stgan_tf.classifier.training import train_classifier

        with tqdm(total=options.num_iterations, unit="it", mininterval=1) as bar:

            def show(_, loss):
                bar.set_postfix(loss=f"{loss:.4f}", refresh=False)
                bar.update()

            result = train_classifier(data, options, FLAGS.out_dir, show)
    except (ValueError, OSError, FloatingPointError) as error:
        raise SystemExit(f"stgan_tf.train_classifier: {error}") from error
    print(f"{'Attribute':24}accuracy  majority baseline")
    for name, accuracy in result["validation_accuracy"].items():
        majority = result["validation_majority_accuracy"][name]
        print(f"{name:24}{100 * accuracy:7.1f} %  {100 * majority:7.1f} %")
    if "validation_domain_accuracy" in result:
        accuracy, majority = (
            result[f"validation_{name}_accuracy"] for name in ("domain", "majority_domain")
        )
        print(f"{'Domain of an image':24}{100 * accuracy:7.1f} %  {100 * majority:7.1f} %")
    print(
        f"Mean {100 * result['validation_mean_accuracy']:.1f} % on {result['validation_images']} "
        f"validation images at iteration {result['best_iteration']}, of "
        f"{result['stopped_at_iteration']} "
        f"in {time.monotonic() - start:.0f} s. Saved in {FLAGS.out_dir}."
    )


def run() -> None:
    """Entry point for the console script stgan-train-classifier."""
    run_command(main)


if __name__ == "__main__":
    run()
