"""Turns what official codes saved into a run folder: TensorFlow 1 checkpoints, PyTorch generators.

python -m stgan_tf.import_official --checkpoint_dir=output/128 --run_dir=runs/stgan_128
python -m stgan_tf.import_official --checkpoint_dir=output/128 --verify=expected.npz
python -m stgan_tf.import_official --checkpoint_dir=200000-G.ckpt --run_dir=runs/stargan \
    --attributes=Black_Hair,Blond_Hair,Brown_Hair,Male,Young

The official attribute classifier (128.ckpt) becomes a folder for evaluate's --classifier.
"""

from pathlib import Path

from absl import app, flags

from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.official.pytorch.options import define_file_flags, options_from_flags

FLAGS = flags.FLAGS
flags.DEFINE_string(
    "checkpoint_dir",
    "",
    "STGAN: folder of an experiment (output/128), of checkpoints, or a .ckpt without .index. "
    "StarGAN, FaderNetworks, CycleGAN: the generator's file (.ckpt, .pth, .pt, .safetensors). With "
    "--verify it may be left out: the folder of the expected values.",
)
flags.DEFINE_string("run_dir", "", "Folder to make: a run, or a classifier.")
flags.DEFINE_string("setting_file", "", "setting.txt, where it is not beside the checkpoint.")
flags.DEFINE_string("data_dir", "", "Data folder to write into the run's configuration.")
flags.DEFINE_bool("overwrite", False, "Replace --run_dir if it exists.")
flags.DEFINE_string(
    "verify", "", "An .npz of values from the official code; prints the table of errors."
)
define_file_flags()


def main(argv: list[str]) -> None:
    """Flags -> one call or two: what fails verification is not imported."""
    if not FLAGS.verify and not FLAGS.run_dir:
        raise app.UsageError("--run_dir: is needed, or --verify. Received: an empty value.")
    source = FLAGS.checkpoint_dir or (FLAGS.verify and str(Path(FLAGS.verify).parent))
    if not source:
        raise app.UsageError("--checkpoint_dir: is needed. Received: an empty value.")
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
    except (ValueError, OSError, ImportError) as error:
        raise SystemExit(f"stgan_tf.import_official: {error}") from error


def run() -> None:
    """Entry point of the console script stgan-import-official."""
    run_command(main)


if __name__ == "__main__":
    run()
