"""Edits photos: finds faces, changes their attributes and pastes them back; or translates whole
pictures.

python -m stgan_tf.edit --model=runs/stgan_128 --input=photo.jpg --edit="Eyeglasses=+1,Bangs=-1" \
    --output=edited.jpg
python -m stgan_tf.edit --model=runs/seasons --input=photos/ --to=winter --output=winter/
"""

import math
import sys

from absl import app, flags
from tqdm import tqdm

from stgan_tf.attributes import parse_edits, require_known
from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.editing.inputs import find_inputs, name_outputs
from stgan_tf.editing.reporting import failures, report, summary
from stgan_tf.extras import require
from stgan_tf.face_detectors import MTCNN, PACKAGES
from stgan_tf.flag_notes import flag_group
from stgan_tf.model_files.resolving import model_path
from stgan_tf.run_layout import AVERAGE, WEIGHTS, WEIGHTS_HELP
from stgan_tf.runtime.opening import without_tensorflow
from stgan_tf.source_attributes import given_source
from stgan_tf.translations import require_fitting_flags

FLAGS = flags.FLAGS
with flag_group("Model"):
    flags.DEFINE_string(
        "model",
        None,
        "Run folder, SavedModel, .tflite file or packed model; or the name of a model.",
        required=True,
    )
    flags.DEFINE_string(
        "classifier",
        "",
        "Folder of a classifier that recognises the faces' attributes, for a run; empty: the run's "
        "own; none: no classifier.",
    )
    flags.DEFINE_enum("weights", AVERAGE, WEIGHTS, WEIGHTS_HELP)
with flag_group("Photos"):
    flags.DEFINE_multi_string(
        "input",
        None,
        "Photos, folders or glob patterns; comma-separated, or repeat the flag.",
        required=True,
    )
    flags.DEFINE_bool(
        "aligned", False, "The images are already aligned faces: 178x218 as in CelebA, or square."
    )
    flags.DEFINE_enum(
        "detector",
        MTCNN,
        sorted(PACKAGES),
        "What finds the faces: mtcnn (more precise) or blazeface (faster, without TensorFlow).",
    )
    flags.DEFINE_string("landmarks", "", "File with the five landmarks of each photo's face.")
    flags.DEFINE_string(
        "source", "", "All attributes that the faces have: Male,Young. Empty: ask the classifier."
    )
with flag_group("Output"):
    flags.DEFINE_string(
        "output", None, "Output file for a single photo; otherwise a folder.", required=True
    )
    flags.DEFINE_bool("compare", False, "Write the original beside the result.")
    flags.DEFINE_bool("overwrite", False, "Replace existing results.")
    flags.DEFINE_bool("json", False, "Print one line of JSON per photo to standard output.")
with flag_group("Edit"):
    flags.DEFINE_string(
        "edit", "", "Attributes to add (+1) or remove (-1): Eyeglasses=+1,Bangs=-1."
    )
    flags.DEFINE_string(
        "to", "", "Instead of --edit: the domain to translate to (--dataset=domains): winter."
    )
    flags.DEFINE_string(
        "from",
        "",
        "With --to: the domain of the photos, if the model has more than two domains and no "
        "classifier.",
    )
    flags.DEFINE_float(
        "intensity", 1.0, "Scale of all changes; 1 is the trained range, the paper shows 1.5.", 0.0
    )
    flags.DEFINE_bool(
        "grid", False, "Instead of --edit: a picture with every attribute added and removed."
    )
    flags.DEFINE_string(
        "sweep", "", "Instead of --edit: this attribute at seven strengths, as PNG and GIF."
    )
    flags.DEFINE_float(
        "sweep_range", 1.5, "Largest strength of --sweep, in both directions.", lower_bound=0.1
    )


def main(argv: list[str]) -> None:
    """Runs the command; exits with status 1 if a photo failed."""
    if sum((bool(FLAGS.edit), bool(FLAGS.to), FLAGS.grid, bool(FLAGS.sweep))) != 1:
        raise app.UsageError("Give exactly one of --edit, --to, --grid and --sweep.")
    if not math.isfinite(FLAGS.sweep_range):
        raise app.UsageError(f"--sweep_range: must be finite. Received: {FLAGS.sweep_range}.")
    try:
        require_fitting_flags(FLAGS.to, FLAGS["from"].value, FLAGS.source)
    except ValueError as error:
        raise app.UsageError(str(error)) from error
    try:
        drawn = ".png" if FLAGS.grid or FLAGS.sweep else ""
        inputs = find_inputs(FLAGS.input, FLAGS.output)
        outputs = name_outputs(inputs.photos, FLAGS.output, drawn)
        model = model_path(FLAGS.model)
        if model.suffix != ".tflite" and without_tensorflow(model) is None:
            start_tensorflow()  # after the flags are known to be good
        from stgan_tf.alignment import read_landmarks
        from stgan_tf.editing.editor import Editor
        from stgan_tf.editing.many import Request, edit_files
        from stgan_tf.editing.photo_editor import PhotoEditor
        from stgan_tf.editing.picture_editor import PictureEditor

        landmarks = read_landmarks(FLAGS.landmarks) if FLAGS.landmarks else {}
        editor = Editor(model, FLAGS.classifier or None, weights=FLAGS.weights)
        if FLAGS.sweep:
            require_known([FLAGS.sweep], editor.attributes)
        if FLAGS.to:
            editor.translation(FLAGS.to, FLAGS["from"].value)  # reports a wrong domain only once
        if editor.sees_whole_pictures and (FLAGS.aligned or FLAGS.landmarks):
            raise ValueError(
                "--aligned and --landmarks are for face models; this model edits whole pictures. "
                "Leave them out."
            )
        edits = parse_edits(FLAGS.edit, editor.attributes) if FLAGS.edit else {}
        wanted = (edits, FLAGS.intensity, FLAGS.grid, FLAGS.sweep, FLAGS.compare, landmarks)
        source = given_source(FLAGS.source or None, editor.attributes, 1)[0]
        request = Request(*wanted, source, FLAGS.to, FLAGS["from"].value, FLAGS.sweep_range)
        whole = editor.sees_whole_pictures
        if not (whole or FLAGS.aligned or FLAGS.landmarks):
            # Checked first: TensorFlow, which MTCNN needs, is in the same extra.
            require(PACKAGES[FLAGS.detector])
            if FLAGS.detector == MTCNN:
                start_tensorflow()
        photo_editor = (
            PictureEditor(editor) if whole else PhotoEditor(editor, FLAGS.aligned, FLAGS.detector)
        )
        work = edit_files(photo_editor, request, outputs, FLAGS.overwrite)
        rows = report(tqdm(work, total=len(outputs), unit="photo"), inputs.left_out, FLAGS.json)
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.edit: {error}") from error
    if not FLAGS.json and (text := summary(rows, FLAGS.output)):
        print(text)
    if failed := failures(rows):
        sys.exit(f"stgan_tf.edit: not edited:\n{failed}")


def run() -> None:
    """Entry point for the console script stgan-edit."""
    run_command(main)


if __name__ == "__main__":
    run()
