"""Converts checkpoints of the official codes into a run folder: TensorFlow 1 checkpoints, PyTorch
generators.

python -m stgan_tf.import_official --checkpoint_dir=output/128 --run_dir=runs/stgan_128
python -m stgan_tf.import_official --checkpoint_dir=output/128 --verify=expected.npz
python -m stgan_tf.import_official --checkpoint_dir=200000-G.ckpt --run_dir=runs/imported \
    --attributes=Black_Hair,Blond_Hair,Brown_Hair,Male,Young

The official attribute classifier (128.ckpt) is converted to a folder for evaluate's --classifier.
"""

from pathlib import Path

from absl import app, flags

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.flag_notes import flag_group
from stgan_tf.official.pytorch.options import PYTORCH_CODES, define_file_flags, options_from_flags

FLAGS = flags.FLAGS
with flag_group("Checkpoint"):
    flags.DEFINE_string(
        "checkpoint_dir",
        "",
        "STGAN: the folder of an experiment (output/128) or of its checkpoints, or a .ckpt path "
        f"without .index. {PYTORCH_CODES}: the generator's file (.ckpt, .pth, .pt, .safetensors). "
        "Default with --verify: the folder of the expected values.",
    )
    flags.DEFINE_string(
        "setting_file", "", "Path of setting.txt, if it is not beside the checkpoint."
    )
    flags.DEFINE_string(
        "verify",
        "",
        "An .npz file of values from the official code; prints a table of the errors against it.",
    )
with flag_group("Output"):
    flags.DEFINE_string("run_dir", "", "Folder to create: a run, or a classifier.")
    flags.DEFINE_string("data_dir", "", "Data folder to write into the run's configuration.")
    flags.DEFINE_bool("overwrite", False, "Replace --run_dir if it exists.")
define_file_flags()


def main(argv: list[str]) -> None:
    """Runs the command; a checkpoint that fails verification is not imported."""
    if not FLAGS.verify and not FLAGS.run_dir:
        raise app.UsageError("--run_dir: is required, or --verify. Received: an empty value.")
    source = FLAGS.checkpoint_dir or (FLAGS.verify and str(Path(FLAGS.verify).parent))
    if not source:
        raise app.UsageError("--checkpoint_dir: is required. Received: an empty value.")
    start_tensorflow()  # after the flags are known to be good
    from stgan_tf.official.finding import find_official
    from stgan_tf.official.run_import import describe_import, import_checkpoint
    from stgan_tf.official.verification import print_verification

    try:
        checkpoint = find_official(source, options_from_flags(), FLAGS.setting_file)
        if FLAGS.verify:
            print_verification(checkpoint, FLAGS.verify)
        if FLAGS.run_dir:
            record = import_checkpoint(
                checkpoint, FLAGS.run_dir, data_dir=FLAGS.data_dir, overwrite=FLAGS.overwrite
            )
            print(describe_import(record, FLAGS.run_dir))
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.import_official: {error}") from error


def run() -> None:
    """Entry point for the console script stgan-import-official."""
    run_command(main)


if __name__ == "__main__":
    run()
