"""Edits photos: finds the faces, changes attributes, puts them back.

python -m stgan_tf.edit --model=runs/stgan_128 --input=photo.jpg --edit="Eyeglasses=+1,Bangs=-1" \
    --output=edited.jpg
"""

import sys

from absl import app, flags
from tqdm import tqdm

from stgan_tf.attributes import parse_edits, require_known
from stgan_tf.command import run_command, start_tensorflow
from stgan_tf.editing.inputs import find_inputs, name_outputs
from stgan_tf.editing.reporting import failures, report, summary
from stgan_tf.edits import given_source
from stgan_tf.run_layout import AVERAGE, WEIGHTS, WEIGHTS_HELP

FLAGS = flags.FLAGS
flags.DEFINE_string("model", None, "Run folder, SavedModel or .tflite file.", required=True)
flags.DEFINE_multi_string(
    "input", None, "Photos, folders or patterns, with commas between or repeated.", required=True
)
flags.DEFINE_string("output", None, "File for one photo, else a folder.", required=True)
flags.DEFINE_string("edit", "", "Changes: Eyeglasses=+1,Bangs=-1.")
flags.DEFINE_float("intensity", 1.0, "Factor of all changes; trained 1, the paper's 1.5.", 0.0)
flags.DEFINE_bool("grid", False, "Instead: a picture of every attribute added and removed.")
flags.DEFINE_string("sweep", "", "Instead: this attribute at every strength, as PNG and GIF.")
flags.DEFINE_bool("compare", False, "Write the source beside the result.")
flags.DEFINE_bool("aligned", False, "The images are faces already: 178x218 as CelebA, or square.")
flags.DEFINE_string("landmarks", "", "File of the five points of each photo's face.")
flags.DEFINE_string("source", "", "What the faces have, all of it: Male,Young. Else: classifier.")
flags.DEFINE_string("classifier", "", "Of a run: sees what faces have. Else its own; none: none.")
flags.DEFINE_enum("weights", AVERAGE, WEIGHTS, WEIGHTS_HELP)
flags.DEFINE_bool("overwrite", False, "Replace results that are there.")
flags.DEFINE_bool("json", False, "A line of JSON a photo on standard output.")


def main(argv: list[str]) -> None:
    """Flags -> one call; exits 1 if a photo failed."""
    if sum((bool(FLAGS.edit), FLAGS.grid, bool(FLAGS.sweep))) != 1:
        raise app.UsageError("Give one of --edit, --grid and --sweep.")
    try:
        drawn = ".png" if FLAGS.grid or FLAGS.sweep else ""
        inputs = find_inputs(FLAGS.input, FLAGS.output)
        outputs = name_outputs(inputs.photos, FLAGS.output, drawn)
        start_tensorflow()  # after the flags are known to be good
        from stgan_tf.alignment import read_landmarks
        from stgan_tf.editing.editor import Editor
        from stgan_tf.editing.many import Request, edit_files
        from stgan_tf.editing.photo_editor import PhotoEditor

        landmarks = read_landmarks(FLAGS.landmarks) if FLAGS.landmarks else {}
        editor = Editor(FLAGS.model, FLAGS.classifier or None, weights=FLAGS.weights)
        if FLAGS.sweep:
            require_known([FLAGS.sweep], editor.attributes)
        edits = parse_edits(FLAGS.edit, editor.attributes) if FLAGS.edit else {}
        wanted = (edits, FLAGS.intensity, FLAGS.grid, FLAGS.sweep, FLAGS.compare, landmarks)
        request = Request(*wanted, given_source(FLAGS.source or None, editor.attributes, 1)[0])
        work = edit_files(PhotoEditor(editor, FLAGS.aligned), request, outputs, FLAGS.overwrite)
        rows = report(tqdm(work, total=len(outputs), unit="photo"), inputs.left_out, FLAGS.json)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        raise SystemExit(f"stgan_tf.edit: {error}") from error
    if not FLAGS.json and (text := summary(rows, FLAGS.output)):
        print(text)
    if failed := failures(rows):
        sys.exit(f"stgan_tf.edit: not edited:\n{failed}")


def run() -> None:
    """Entry point of the console script stgan-edit."""
    run_command(main)


if __name__ == "__main__":
    run()
