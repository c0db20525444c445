"""From nothing to a page of results: draws faces, trains a judge and STGAN, measures the edits.

python -m stgan_tf.demo --out_dir=demo

Each stage is one of the documented commands and is printed as it runs. Running the demo again
reuses what is finished and continues what is not.
"""

import shlex
import subprocess
import sys
import time
from pathlib import Path

from absl import app, flags

FLAGS = flags.FLAGS

flags.DEFINE_string("out_dir", "demo", "Folder for everything the demo makes.")
flags.DEFINE_integer("num_images", 4000, "Faces to draw.", lower_bound=40)
flags.DEFINE_integer(
    "num_iterations", 0, "STGAN training iterations; 0: as training_flags say.", lower_bound=0
)
flags.DEFINE_integer("classifier_iterations", 600, "The judge's iterations.", lower_bound=1)
flags.DEFINE_string("training_flags", "flags/quickstart.cfg", "Flag file of the STGAN training.")

# The judge sees images prepared as in flags/quickstart.cfg. A width of 8 is enough for drawn faces.
_CLASSIFIER_FLAGS = ["--split=partition", "--image_size=64", "--width=8", "--hidden_units=128"]


def _stages(out_dir: Path) -> list[tuple[str, list[str], Path]]:
    """(what it does, arguments of `python -m`, where its output is), in order."""
    faces, classifier, run = out_dir / "faces", out_dir / "classifier", out_dir / "run"
    draw = ["stgan_tf.faces", f"--out_dir={faces}", f"--num_images={FLAGS.num_images}"]
    judge = ["stgan_tf.train_classifier", f"--data_dir={faces}", f"--out_dir={classifier}"]
    judge += [*_CLASSIFIER_FLAGS, "--cache=memory"]
    judge += [f"--num_iterations={FLAGS.classifier_iterations}"]
    train = ["stgan_tf.train", f"--flagfile={FLAGS.training_flags}", f"--data_dir={faces}"]
    train += [f"--run_dir={run}"]
    if FLAGS.num_iterations:
        train.append(f"--num_iterations={FLAGS.num_iterations}")
    evaluate = ["stgan_tf.evaluate", f"--run_dir={run}", f"--classifier={classifier}"]
    return [
        ("Draw faces", draw, faces),
        ("Train the judge", judge, classifier / "classifier.json"),
        ("Train STGAN", train, run),
        ("Measure the edits", evaluate, run / "evaluation" / "report.html"),
    ]


def main(argv: list[str]) -> None:
    """Runs the stages, each as a command of its own; stops at the first that fails."""
    if len(argv) > 1:
        raise app.UsageError(f"Flags only; received the argument {argv[1]!r}.")
    if not Path(FLAGS.training_flags).is_file():
        raise SystemExit(
            f"stgan_tf.demo: no flag file {FLAGS.training_flags}: run it from the "
            "repository's root, or name one with --training_flags."
        )
    summary = []
    for title, arguments, output in _stages(Path(FLAGS.out_dir)):
        start = time.monotonic()
        print(f"\n== {title}\n$ python -m {shlex.join(arguments)}", flush=True)
        if output.name == "classifier.json" and output.is_file():
            print(f"Reusing {output}.")
        else:
            code = subprocess.run([sys.executable, "-m", *arguments], check=False).returncode
            if code:
                raise SystemExit(f"stgan_tf.demo: {title!r} failed with exit status {code}.")
        summary.append(f"{title:18}{time.monotonic() - start:7.0f} s   {output}")
    print("\n" + "\n".join(summary))


def run() -> None:
    """Entry point of the console script stgan-demo."""
    app.run(main)


if __name__ == "__main__":
    run()
