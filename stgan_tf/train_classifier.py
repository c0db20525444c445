"""Trains the attribute classifier that judges edits, apart from any generator.

python -m stgan_tf.train_classifier --data_dir=faces --split=partition --image_size=64 \
    --out_dir=classifier
"""

import time

from absl import flags
from tqdm import tqdm

from stgan_tf.classifier.options import ClassifierOptions
from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.config.data import DataConfig
from stgan_tf.config.flags import define_flags, read_flags

FLAGS = flags.FLAGS
flags.DEFINE_string(
    "out_dir", None, "Folder for classifier.keras and classifier.json.", required=True
)


define_flags(DataConfig, ClassifierOptions)


def main(argv: list[str]) -> None:
    """Flags -> one call."""
    start = time.monotonic()
    try:
        data, options = read_flags(DataConfig), read_flags(ClassifierOptions)
        data.require_source()
        start_tensorflow()  # after the flags are known to be good
        from stgan_tf.classifier.training import train_classifier

        with tqdm(total=options.num_iterations, unit="it", mininterval=1) as bar:

            def show(_, loss):
                bar.set_postfix(loss=f"{loss:.4f}", refresh=False)
                bar.update()

            result = train_classifier(data, options, FLAGS.out_dir, show)
    except (ValueError, OSError, FloatingPointError) as error:
        raise SystemExit(f"stgan_tf.train_classifier: {error}") from error
    print(f"{'Attribute':24}accuracy  always the more frequent value")
    for name, accuracy in result["validation_accuracy"].items():
        majority = result["validation_majority_accuracy"][name]
        print(f"{name:24}{100 * accuracy:7.1f} %  {100 * majority:7.1f} %")
    print(
        f"Mean {100 * result['validation_mean_accuracy']:.1f} % on {result['validation_images']} "
        f"validation images at iteration {result['best_iteration']}, of "
        f"{result['stopped_at_iteration']} "
        f"in {time.monotonic() - start:.0f} s. Saved in {FLAGS.out_dir}."
    )


def run() -> None:
    """Entry point of the console script stgan-train-classifier."""
    run_command(main)


if __name__ == "__main__":
    run()
