"""From nothing to a page of results and files to deploy: draws faces, trains a judge and STGAN,
measures the edits, exports the model.

python -m stgan_tf.demo --out_dir=demo

Each stage is a documented command, printed as it runs. Run again, it goes on where it stopped.
"""

from pathlib import Path

from absl import flags

from stgan_tf.command import run_command
from stgan_tf.stages import Stage, run_stages

FLAGS = flags.FLAGS

flags.DEFINE_string("out_dir", "demo", "Folder for all of it.")
flags.DEFINE_integer("num_images", 3000, "Faces to draw.", lower_bound=40)
flags.DEFINE_integer(
    "num_iterations", 0, "STGAN training iterations; 0: as training_flags say.", lower_bound=0
)
flags.DEFINE_integer(
    "classifier_iterations", 0, "The judge's iterations; 0: as its flag file says.", lower_bound=0
)
flags.DEFINE_string("training_flags", "flags/quickstart.cfg", "Flag file of the STGAN training.")


def _stages(out_dir: Path) -> list[Stage]:
    faces, classifier, run = out_dir / "faces", out_dir / "classifier", out_dir / "run"
    draw = ["stgan_tf.faces", f"--out_dir={faces}", f"--num_images={FLAGS.num_images}"]
    judge = ["stgan_tf.train_classifier", f"--data_dir={faces}", f"--out_dir={classifier}"]
    judge.append("--flagfile=flags/classifier_synthetic.cfg")
    if FLAGS.classifier_iterations:
        judge.append(f"--num_iterations={FLAGS.classifier_iterations}")
    train = ["stgan_tf.train", f"--flagfile={FLAGS.training_flags}"]
    train += [f"--data_dir={faces}", f"--run_dir={run}"]
    if FLAGS.num_iterations:
        train.append(f"--num_iterations={FLAGS.num_iterations}")
    evaluate = ["stgan_tf.evaluate", f"--run_dir={run}", f"--classifier={classifier}"]
    deployed = out_dir / "export"
    export = ["stgan_tf.export", f"--run_dir={run}", f"--classifier={classifier}"]
    export += [f"--out_dir={deployed}", "--overwrite"]
    return [
        Stage("Draw faces", draw, faces),
        Stage("Train the judge", judge, classifier / "classifier.json", keep_output=True),
        Stage("Train STGAN", train, run),
        Stage("Measure the edits", evaluate, run / "evaluation" / "report.html"),
        Stage("Export the model", export, deployed),
    ]


def main(argv: list[str]) -> None:
    """Flags -> stages -> their summary."""
    if not Path(FLAGS.training_flags).is_file():
        message = "is no file: run this from the repository's root, or name another."
        raise SystemExit(f"stgan_tf.demo: --training_flags={FLAGS.training_flags} {message}")
    out_dir = Path(FLAGS.out_dir)
    try:
        print("\n" + run_stages(_stages(out_dir)))
    except RuntimeError as error:
        raise SystemExit(f"stgan_tf.demo: {error}") from error
    print(f"\nOpen the mobile demo (needs npm): make mobile DEMO_DIR={out_dir}")


def run() -> None:
    """Entry point of the console script stgan-demo."""
    run_command(main)


if __name__ == "__main__":
    run()
