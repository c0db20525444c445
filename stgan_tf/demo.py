"""The whole workflow, from no data to a results page and deployable files: draws faces or
landscapes, trains a classifier and STGAN, measures the edits, and exports the model.

python -m stgan_tf.demo --out_dir=demo
python -m stgan_tf.demo --scene=landscapes --out_dir=demo_seasons

Each stage is a documented command, printed as it runs. If interrupted, the same command continues
where it stopped.
"""

from pathlib import Path
from typing import NamedTuple

from absl import app, flags

from stgan_tf.command import run_command
from stgan_tf.extras import require
from stgan_tf.flag_files import find_flag_file
from stgan_tf.flag_notes import flag_group
from stgan_tf.stages import Stage, run_stages

FLAGS = flags.FLAGS


class _Scene(NamedTuple):
    """Flag files for its classifier and for the STGAN training, and the folder to draw into."""

    classifier_flags: str
    training_flags: str
    folder: str


_SCENES = {
    "faces": _Scene("flags/classifier_synthetic.cfg", "flags/quickstart.cfg", "faces"),
    "landscapes": _Scene("flags/classifier_seasons.cfg", "flags/seasons_quickstart.cfg", "seasons"),
}

with flag_group("Data"):
    flags.DEFINE_enum(
        "scene",
        "faces",
        list(_SCENES),
        "Edit faces, or translate landscapes between seasons.",
    )
    flags.DEFINE_integer("num_images", 3000, "Images to draw.", lower_bound=40)
with flag_group("Output"):
    flags.DEFINE_string("out_dir", "demo", "Folder for all outputs.")
with flag_group("Schedule"):
    flags.DEFINE_integer(
        "num_iterations",
        0,
        "STGAN training iterations; 0: as --training_flags says.",
        lower_bound=0,
    )
    flags.DEFINE_integer(
        "classifier_iterations",
        0,
        "Classifier training iterations; 0: as its flag file says.",
        lower_bound=0,
    )
    flags.DEFINE_string(
        "training_flags",
        "",
        "Flag file for the STGAN training; empty: "
        + ", ".join(f"{scene.training_flags} for {name}" for name, scene in _SCENES.items())
        + ".",
    )


def _stages(out_dir: Path, training_flags: str) -> list[Stage]:
    scene = _SCENES[FLAGS.scene]
    images, classifier, run = out_dir / scene.folder, out_dir / "classifier", out_dir / "run"
    draw = ["stgan_tf.draw", f"--scene={FLAGS.scene}", f"--out_dir={images}"]
    draw.append(f"--num_images={FLAGS.num_images}")
    train_classifier = [
        "stgan_tf.train_classifier",
        f"--data_dir={images}",
        f"--out_dir={classifier}",
    ]
    train_classifier.append(f"--flagfile={scene.classifier_flags}")
    if FLAGS.classifier_iterations:
        train_classifier.append(f"--num_iterations={FLAGS.classifier_iterations}")
    train = ["stgan_tf.train", f"--flagfile={training_flags}"]
    train += [f"--data_dir={images}", f"--run_dir={run}"]
    if FLAGS.num_iterations:
        train.append(f"--num_iterations={FLAGS.num_iterations}")
    evaluate = ["stgan_tf.evaluate", f"--run_dir={run}", f"--classifier={classifier}"]
    deployed = out_dir / "export"
    export = ["stgan_tf.export", f"--run_dir={run}", f"--classifier={classifier}"]
    export += [f"--out_dir={deployed}", "--overwrite"]
    return [
        Stage(f"Draw {FLAGS.scene}", draw, images),
        Stage(
            "Train a classifier",
            train_classifier,
            classifier / "classifier.json",
            keep_output=True,
        ),
        Stage("Train STGAN", train, run),
        Stage("Measure the edits", evaluate, run / "evaluation" / "report.html"),
        Stage("Export the model", export, deployed),
    ]


def main(argv: list[str]) -> None:
    """Runs the stages and prints their summary."""
    training_flags = FLAGS.training_flags or _SCENES[FLAGS.scene].training_flags
    if not find_flag_file(training_flags).is_file():
        raise app.UsageError(f"--training_flags: no such file. Received: {training_flags!r}.")
    require("tensorflow", "resvg_py")
    out_dir = Path(FLAGS.out_dir)
    try:
        print("\n" + run_stages(_stages(out_dir, training_flags)))
    except RuntimeError as error:
        raise SystemExit(f"stgan_tf.demo: {error}") from error
    print(
        f"\nTo open the mobile demo, in the repository (needs npm): make mobile DEMO_DIR={out_dir}"
    )


def run() -> None:
    """Entry point for the console script stgan-demo."""
    run_command(main)


if __name__ == "__main__":
    run()
