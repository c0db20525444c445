"""The page computes what Python computes."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from conftest import MOBILE
from PIL import Image

from stgan_tf.images import crop, resize_bicubic_numpy, to_uint8
from stgan_tf.model_description import FILE_NAME, ModelDescription

pytestmark = pytest.mark.slow


def edited_in_python(models, precision, face, edits):
    """uint8 (S, S, 3) by ai-edge-litert for a drawn face and {attribute: difference}."""
    description = ModelDescription.read(models / FILE_NAME)
    frame = np.array(Image.open(MOBILE / "public" / "samples" / f"face-{face}.png"))
    images = resize_bicubic_numpy(crop(frame, description.crop_box), description.image_size)
    difference = np.zeros((1, len(description.attributes)), np.float32)
    for name, value in edits.items():
        difference[0, description.attributes.index(name)] = value
    file = models / description.file("edit", precision).name
    runner = Interpreter(str(file)).get_signature_runner("edit")
    edited = runner(images=images[None].astype(np.float32), attribute_difference=difference)
    return to_uint8(edited["edited"][0])


def test_pixels_equal_those_of_python(page, site, quickstart_models):
    page.open_ready(site.url).choose_precision("float32").choose_face(3)
    for edits in ({}, {"Eyeglasses": 1.0}, {"Eyeglasses": -1.35}):
        for name, value in edits.items():
            page.move_slider(name, value)
        expected = edited_in_python(quickstart_models, "float32", 3, edits)
        shown = page.picture()
        assert np.abs(shown.astype(int) - expected).max() <= 2, edits
        assert expected.std() > 10  # a picture, not one colour
    unedited = edited_in_python(quickstart_models, "float32", 3, {})
    assert np.abs(unedited.astype(int) - expected).max() > 10  # the slider's edit is to be seen
