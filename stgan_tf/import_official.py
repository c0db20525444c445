"""Turns a checkpoint of the official TensorFlow 1 code into a run folder, or verifies one.

python -m stgan_tf.import_official --checkpoint_dir=output/128 --run_dir=runs/stgan_128
python -m stgan_tf.import_official --checkpoint_dir=output/128 --verify=expected.npz

The official attribute classifier (128.ckpt) becomes a folder for evaluate's --classifier.
"""

from pathlib import Path

from absl import app, flags

from stgan_tf.command import run_command, start_tensorflow

FLAGS = flags.FLAGS
flags.DEFINE_string(
    "checkpoint_dir",
    "",
    "Folder of an experiment (output/128), of checkpoints, or a .ckpt without .index. With "
    "--verify it may be left out: the folder of the expected values.",
)
flags.DEFINE_string("run_dir", "", "Folder to make: a run, or a classifier.")
flags.DEFINE_string("setting_file", "", "setting.txt, where it is not beside the checkpoint.")
flags.DEFINE_string("data_dir", "", "Data folder to write into the run's configuration.")
flags.DEFINE_bool("overwrite", False, "Replace --run_dir if it exists.")
flags.DEFINE_string(
    "verify", "", "An .npz of values from the official code; prints the table of errors."
)


def main(argv: list[str]) -> None:
    """Flags -> one call or two: what fails verification is not imported."""
    if not FLAGS.verify and not FLAGS.run_dir:
        raise app.UsageError("--run_dir: is needed, or --verify. Received: an empty value.")
    source = FLAGS.checkpoint_dir or (FLAGS.verify and str(Path(FLAGS.verify).parent))
    if not source:
        raise app.UsageError("--checkpoint_dir: is needed. Received: an empty value.")
    start_tensorflow()  # after the flags are known to be good
    from stgan_tf.official.checkpoint_files import find_checkpoint
    from stgan_tf.official.comparison import table
    from stgan_tf.official.run_import import import_checkpoint
    from stgan_tf.official.verification import verify_checkpoint

    try:
        checkpoint = find_checkpoint(source, FLAGS.setting_file)
        if FLAGS.verify:
            comparisons = verify_checkpoint(checkpoint, FLAGS.verify)
            print(f"{checkpoint.prefix} against {FLAGS.verify}:\n{table(comparisons)}")
            if failed := sum(not row.passed for row in comparisons):
                raise ValueError(f"{failed} comparison{'s' * (failed > 1)} failed.")
        if FLAGS.run_dir:
            record = import_checkpoint(
                checkpoint, FLAGS.run_dir, data_dir=FLAGS.data_dir, overwrite=FLAGS.overwrite
            )
            _print_record(record)
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.import_official: {error}") from error


def _print_record(record: dict) -> None:
    verb = "Imported" if record["written"] else "Already imported, left as it is:"
    print(f"{verb} {record['source']} as a {record['kind']} in {FLAGS.run_dir}.")
    for name in ("variables", "iterations", "generator_updates", "discriminator_updates"):
        if name in record:
            print(f"  {name.replace('_', ' ')}: {record[name]:,}")
    if unused := record.get("unused_variables"):
        print(f"  in units that no skip connection uses, not kept: {', '.join(unused)}")


def run() -> None:
    """Entry point of the console script stgan-import-official."""
    run_command(main)


if __name__ == "__main__":
    run()
