"""Edits an aligned face, or a picture, with a LiteRT file and without TensorFlow; prints the
latency.

python -m stgan_tf.litert_demo --model=runs/celeba/export/litert/edit_float32.tflite \
    --input=face.png --edit="Eyeglasses=+1" --output=out.png
python -m stgan_tf.litert_demo --model=runs/seasons/export/litert/edit_float32.tflite \
    --input=photo.png --to=winter --output=out.png

The result has the model's size; stgan_tf.edit produces full-size pictures. Needs the extra litert,
not TensorFlow.
"""

import numpy as np
from absl import app, flags
from PIL import Image

from stgan_tf.attributes import parse_edits
from stgan_tf.command import run_command
from stgan_tf.edits import EditRule
from stgan_tf.exporting.latency import median_milliseconds
from stgan_tf.flag_notes import flag_group
from stgan_tf.images import save_png, to_uint8
from stgan_tf.model_files.resolving import model_path
from stgan_tf.runtime.inputs import prepare_faces
from stgan_tf.runtime.litert_model import LiteRTModel
from stgan_tf.runtime.opening import packed_litert
from stgan_tf.translations import require_fitting_flags, translation, with_source

FLAGS = flags.FLAGS
with flag_group("Model"):
    flags.DEFINE_string(
        "model",
        None,
        "An edit_PRECISION.tflite file, with model.json beside it; or a packed model that has "
        "some, or the name of one.",
        required=True,
    )
    flags.DEFINE_integer("threads", 2, "Threads.", 1)
with flag_group("Image"):
    flags.DEFINE_string(
        "input",
        None,
        "An aligned face, 178x218 (CelebA's frame) or square; for models of domains, any picture.",
        required=True,
    )
    flags.DEFINE_string(
        "source", "", "All attributes that the face has: Male,Young. Empty: ask the classifier."
    )
with flag_group("Edit"):
    flags.DEFINE_string(
        "edit", "", "Attributes to add (+1) or remove (-1): Eyeglasses=+1,Bangs=-1."
    )
    flags.DEFINE_string("to", "", "Instead of --edit: the domain to translate to: winter.")
    flags.DEFINE_string(
        "from",
        "",
        "With --to: the domain of the picture, if the model has more than two domains and no "
        "classifier.",
    )
    flags.DEFINE_float(
        "intensity", 1.0, "Scale of all changes; 1 is the trained range, the paper shows 1.5.", 0.0
    )
with flag_group("Output"):
    flags.DEFINE_string("output", None, "Output file (.png).", required=True)
    flags.DEFINE_integer("repeat", 20, "Number of runs; the latency is their median.", 1)
flags.register_validator(
    "output", lambda path: (path or "").lower().endswith(".png"), message="must be a .png file"
)


def _read(path: str) -> np.ndarray:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except OSError as error:
        raise ValueError(f"--input={path} cannot be read as an image: {error}") from error


def main(argv: list[str]) -> None:
    """Runs the command."""
    came_from = FLAGS["from"].value
    if bool(FLAGS.edit) == bool(FLAGS.to):
        raise app.UsageError("Give exactly one of --edit and --to.")
    try:
        require_fitting_flags(FLAGS.to, came_from, FLAGS.source)
    except ValueError as error:
        raise app.UsageError(str(error)) from error
    try:
        path = model_path(FLAGS.model)
        model = LiteRTModel(packed_litert(path) or path, FLAGS.threads)
        told = model.description
        images = prepare_faces(_read(FLAGS.input)[None], told.image_size, told.crop_rule)
        looks = told.has_classifier
        if FLAGS.to:
            found = translation(FLAGS.to, came_from, told.domains, told.attributes, looks)
            edits, known = with_source(found, lambda: model.classify(images))
        else:
            edits, known = parse_edits(FLAGS.edit, told.attributes), FLAGS.source or None
        usual = told.usual_intensity
        rule = EditRule(told.attributes, told.needs_source, told.exclusion, usual)
        classify = (lambda rows: model.classify(images[rows])) if looks else None
        given = (FLAGS.intensity, known, classify)
        difference, source = rule.vectors(edits, 1, *given)
        save_png(FLAGS.output, to_uint8(model.edit(images, difference, source)[0]))
        latency = median_milliseconds(lambda: model.edit(images, difference, source), FLAGS.repeat)
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.litert_demo: {error}") from error
    name, threads = model.file.name, FLAGS.threads
    print(f"{FLAGS.output}: {latency:.1f} ms per image ({threads} threads, {name}).")


def run() -> None:
    """Entry point for the console script stgan-litert-demo."""
    run_command(main)


if __name__ == "__main__":
    run()
