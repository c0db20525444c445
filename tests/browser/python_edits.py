"""What Python makes of the mobile page's drawn faces, by ai-edge-litert."""

import json
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from browser.face_paste_fixture import FRAME_LANDMARKS
from PIL import Image

from stgan_tf.alignment import Similarity, align, cut_patch, paste
from stgan_tf.edits import EditRule
from stgan_tf.images import crop, resize_bicubic_numpy, to_float, to_uint8
from stgan_tf.runtime.model_description import FILE_NAME, ModelDescription
from stgan_tf.source_attributes import Source

SAMPLES = Path(__file__).resolve().parents[2] / "export" / "mobile" / "public" / "samples"

#: A picture that is CelebA's frame itself.
IN_PLACE = Similarity(1 + 0j, 0j)


def drawn_face(number: int) -> np.ndarray:
    """uint8 (218, 178, 3)."""
    return np.array(Image.open(SAMPLES / f"face-{number}.png").convert("RGB"))


def model_input(models: Path, number: int) -> np.ndarray:
    """float32 (1, S, S, 3) in [-1, 1], of 8-bit pixels."""
    description = ModelDescription.read(models / FILE_NAME)
    face = crop(drawn_face(number), description.crop_box)
    return to_float(to_uint8(resize_bicubic_numpy(face, description.image_size)))[None]


def known_attributes(number: int) -> list[str]:
    """CelebA's names of what a drawn face has."""
    return json.loads((SAMPLES / "samples.json").read_text(encoding="utf-8"))[number - 1][
        "attributes"
    ]


def edited(
    models: Path, precision: str, number: int, edits: dict, source: Source = "known"
) -> np.ndarray:
    """uint8 (218, 178, 3): a drawn face with {attribute: strength} added; `source`: as of
    `given_source`, None: not known.
    """
    if isinstance(source, str):
        names = ModelDescription.read(models / FILE_NAME).attributes
        source = [name for name in known_attributes(number) if name in names]
    return edited_photo(models, precision, drawn_face(number), IN_PLACE, edits, source)


def edited_photo(
    models: Path,
    precision: str,
    photo: np.ndarray,
    to_frame: Similarity,
    edits: dict,
    source: Source = None,
) -> np.ndarray:
    """The photo, whose face `to_frame` takes to CelebA's frame, with {attribute: strength} added,
    as by `stgan_tf.editing.photo_editor`.
    """
    description = ModelDescription.read(models / FILE_NAME)
    names = description.attributes
    box, size = description.crop_box, description.image_size
    aligned = align(photo, to_frame.inverse()(FRAME_LANDMARKS), max(1.0, size / box.height))
    patch = cut_patch(aligned, box, size)
    rule = EditRule(names, description.needs_source)
    file = models / description.file("edit", precision).name
    runner = Interpreter(str(file)).get_signature_runner("edit")

    def run(difference, present) -> np.ndarray:
        inputs = {"images": to_float(patch)[None], "attribute_difference": difference}
        if present is not None:
            inputs["source_attributes"] = present
        return to_uint8(runner(**inputs)["edited"][0])

    unchanged = rule.unchanged(1, source)
    vectors = rule.vectors(edits, 1, source=source) if edits else unchanged
    return paste(photo, run(*vectors), aligned, box, unedited=run(*unchanged))


def probabilities(models: Path, number: int) -> dict[str, float]:
    """{attribute: what the classifier makes of a drawn face}."""
    description = ModelDescription.read(models / FILE_NAME)
    file = models / description.file("classify", "float32").name
    runner = Interpreter(str(file)).get_signature_runner("classify")
    values = runner(images=model_input(models, number))["probabilities"][0]
    return dict(zip(description.attributes, values.tolist(), strict=True))


def largest_difference(a: np.ndarray, b: np.ndarray) -> int:
    """In 8-bit levels."""
    assert a.shape == b.shape
    return int(np.abs(a.astype(int) - b.astype(int)).max())
