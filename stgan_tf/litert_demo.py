"""Edits an aligned face with a LiteRT file, on boards without TensorFlow; prints the latency.

python -m stgan_tf.litert_demo --model=export/litert/edit_float32.tflite --input=face.png \
    --edit="Eyeglasses=+1" --output=out.png

Needs ai-edge-litert, numpy, Pillow and absl-py only.
"""

import numpy as np
from absl import app, flags
from PIL import Image

from stgan_tf.attributes import parse_edits, require_known
from stgan_tf.editing.requests import difference_vector, targets
from stgan_tf.exporting.inputs import prepare_faces
from stgan_tf.exporting.latency import median_milliseconds
from stgan_tf.exporting.litert_model import LiteRTModel
from stgan_tf.images import save_png, to_uint8

FLAGS = flags.FLAGS
flags.DEFINE_string("model", None, "edit_PRECISION.tflite, model.json beside it.", required=True)
flags.DEFINE_string("input", None, "Face: 218x178 (CelebA's frame) or square.", required=True)
flags.DEFINE_string("edit", None, "Changes: Eyeglasses=+1,Bangs=-1.", required=True)
flags.DEFINE_string("output", None, "PNG file.", required=True)
flags.DEFINE_float("intensity", 1.0, "Factor of all changes; trained 1, the paper's 1.5.", 0.0)
flags.DEFINE_list("source", None, "Attributes it has, for models given targets, or they are seen.")
flags.DEFINE_integer("threads", 2, "Threads.", lower_bound=1)
flags.DEFINE_integer("repeat", 20, "Runs that the latency is the median of.", lower_bound=1)


def _read(path: str) -> np.ndarray:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except OSError as error:
        raise ValueError(f"--input={path} cannot be read as an image: {error}") from error


def _vectors(model: LiteRTModel, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """The difference (1, A), and the source (1, A) where the model needs it."""
    names = model.description.attributes
    edits = parse_edits(FLAGS.edit, names)
    if not model.description.needs_source:
        return difference_vector(edits, names, FLAGS.intensity)[None], None
    if FLAGS.source is None:
        source = (model.classify(images) > 0.5).astype(np.float32)
    else:
        require_known(FLAGS.source, names)
        source = np.array([[name in FLAGS.source for name in names]], np.float32)
    target, strengths = targets(edits, names, source, FLAGS.intensity)
    return (target - source) * strengths, source


def main(argv: list[str]) -> None:
    """Flags -> an edited face."""
    if len(argv) > 1:
        raise app.UsageError(f"Flags only; received the argument {argv[1]!r}.")
    try:
        if not FLAGS.output.lower().endswith(".png"):
            raise ValueError(f"--output must be a .png file. Received: {FLAGS.output}.")
        model = LiteRTModel(FLAGS.model, FLAGS.threads)
        size, box = model.description.image_size, model.description.crop_box
        images = prepare_faces(_read(FLAGS.input)[None], size, box)
        difference, source = _vectors(model, images)
        save_png(FLAGS.output, to_uint8(model.edit(images, difference, source)[0]))
        latency = median_milliseconds(lambda: model.edit(images, difference, source), FLAGS.repeat)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        raise SystemExit(f"stgan_tf.litert_demo: {error}") from error
    print(
        f"{FLAGS.output}: {latency:.1f} ms an image ({FLAGS.threads} threads, {model.file.name})."
    )


def run() -> None:
    """Entry point of the console script stgan-litert-demo."""
    app.run(main)


if __name__ == "__main__":
    run()
