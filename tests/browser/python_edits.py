"""What Python makes of the mobile page's drawn faces, by ai-edge-litert."""

import json
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from stgan_tf.edits import EditRule
from stgan_tf.images import crop, resize_bicubic_numpy, to_uint8
from stgan_tf.runtime.model_description import FILE_NAME, ModelDescription
from stgan_tf.source_attributes import Source

SAMPLES = Path(__file__).resolve().parents[2] / "export" / "mobile" / "public" / "samples"


def drawn_face(number: int) -> np.ndarray:
    """uint8 (218, 178, 3)."""
    return np.array(Image.open(SAMPLES / f"face-{number}.png").convert("RGB"))


def model_input(models: Path, number: int) -> np.ndarray:
    """float32 (1, S, S, 3) in [-1, 1]."""
    description = ModelDescription.read(models / FILE_NAME)
    face = crop(drawn_face(number), description.crop_box)
    return resize_bicubic_numpy(face, description.image_size)[None]


def unedited(models: Path, number: int) -> np.ndarray:
    return to_uint8(model_input(models, number)[0])


def known_attributes(number: int) -> list[str]:
    """CelebA's names of what a drawn face has."""
    return json.loads((SAMPLES / "samples.json").read_text(encoding="utf-8"))[number - 1][
        "attributes"
    ]


def edited(
    models: Path, precision: str, number: int, edits: dict, source: Source = "known"
) -> np.ndarray:
    """uint8 (S, S, 3) for {attribute: strength} of a drawn face; `source`: as of
    `given_source`, None: not known.
    """
    description = ModelDescription.read(models / FILE_NAME)
    names = description.attributes
    if isinstance(source, str):
        source = [name for name in known_attributes(number) if name in names]
    rule = EditRule(names, description.needs_source)
    difference, present = (
        rule.vectors(edits, 1, source=source) if edits else rule.unchanged(1, source)
    )
    inputs = {"images": model_input(models, number), "attribute_difference": difference}
    if present is not None:
        inputs["source_attributes"] = present
    file = models / description.file("edit", precision).name
    runner = Interpreter(str(file)).get_signature_runner("edit")
    return to_uint8(runner(**inputs)["edited"][0])


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
