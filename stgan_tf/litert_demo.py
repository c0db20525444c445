"""Edits an aligned face with a LiteRT file, on boards without TensorFlow; prints the latency.

python -m stgan_tf.litert_demo --model=export/litert/edit_float32.tflite --input=face.png \
    --edit="Eyeglasses=+1" --output=out.png

Needs ai-edge-litert, numpy and Pillow only: its flags are argparse's, not absl's as elsewhere.
"""

import argparse

import numpy as np
from PIL import Image

from stgan_tf.attributes import parse_edits
from stgan_tf.edits import EditRule
from stgan_tf.exporting.latency import median_milliseconds
from stgan_tf.images import save_png, to_uint8
from stgan_tf.runtime.inputs import prepare_faces
from stgan_tf.runtime.litert_model import LiteRTModel

#: Flag -> its help, and its default; None: needed.
_FLAGS = {
    "model": ("edit_PRECISION.tflite, model.json beside it.", None),
    "input": ("Face: 218x178 (CelebA's frame) or square.", None),
    "edit": ("Changes: Eyeglasses=+1,Bangs=-1.", None),
    "output": ("PNG file.", None),
    "intensity": ("Factor of all changes; trained 1, the paper's 1.5.", 1.0),
    "source": ("All attributes it has: Male,Young; else the classifier looks.", ""),
    "threads": ("Threads.", 2),
    "repeat": ("Runs that the latency is the median of.", 20),
}


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser("stgan_tf.litert_demo", description=__doc__.splitlines()[0])
    for name, (text, default) in _FLAGS.items():
        kind = str if default is None else type(default)
        needed = default is None
        parser.add_argument(f"--{name}", help=text, type=kind, default=default, required=needed)
    return parser.parse_args()


def _read(path: str) -> np.ndarray:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except OSError as error:
        raise ValueError(f"--input={path} cannot be read as an image: {error}") from error


def run() -> None:
    """Flags -> an edited face. Entry point of the console script stgan-litert-demo."""
    flags = _parsed()
    try:
        for name, least in (("intensity", 0), ("repeat", 1)):
            if not getattr(flags, name) >= least:
                value = getattr(flags, name)
                raise ValueError(f"--{name} must be at least {least}. Received: {value}.")
        if not flags.output.lower().endswith(".png"):
            raise ValueError(f"--output must be a .png file. Received: {flags.output}.")
        model = LiteRTModel(flags.model, flags.threads)
        size, rule = model.description.image_size, model.description.crop_rule
        images = prepare_faces(_read(flags.input)[None], size, rule)
        edits = parse_edits(flags.edit, model.description.attributes)
        told = model.description
        rule = EditRule(told.attributes, told.needs_source, told.conflicts)
        looks = model.description.has_classifier
        classify = (lambda rows: model.classify(images[rows])) if looks else None
        given = (flags.intensity, flags.source or None, classify)
        difference, source = rule.vectors(edits, 1, *given)
        save_png(flags.output, to_uint8(model.edit(images, difference, source)[0]))
        latency = median_milliseconds(lambda: model.edit(images, difference, source), flags.repeat)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        raise SystemExit(f"stgan_tf.litert_demo: {error}") from error
    name, threads = model.file.name, flags.threads
    print(f"{flags.output}: {latency:.1f} ms an image ({threads} threads, {name}).")


if __name__ == "__main__":
    run()
