"""The model in the built page, and models that people open from the device."""

import json

import numpy as np
import pytest
from browser.python_edits import drawn_face, edited, largest_difference
from browser.static_site import StaticSite
from browser.test_page_domains import LANDSCAPES
from PIL import Image

from stgan_tf.editing.editor import Editor
from stgan_tf.editing.picture_editor import PictureEditor

pytestmark = pytest.mark.slow


def open_model(page, *paths) -> None:
    page.element("#model-files").send_keys("\n".join(str(path) for path in paths))


def test_the_built_page_needs_no_other_files(page, built_page):
    """A static host of dist/ alone edits with the model that ships with the package."""
    site = StaticSite({"/": built_page})
    try:
        page.open_ready(site.url).choose_face(2).move_slider("Eyeglasses", 1.5)
        expected = edited(built_page / "models", "dynamic_int8", 2, {"Eyeglasses": 1.5})
        # 8-bit weights: activations at the border of two steps are rounded either way.
        difference = np.abs(page.picture().astype(float) - expected)
        assert difference.mean() < 0.3 and difference.max() <= 16
        assert np.abs(expected.astype(float) - drawn_face(2)).mean() > 2
        page.click("#status")
        assert "checked" in page.element("#facts").text
        page.click("#settings-close")
    finally:
        site.stop()


def test_a_model_is_opened_from_the_device(page, site, season_models, target_models, tmp_path):
    page.open_ready(site.url).move_slider("Bald", 1)
    (tmp_path / "edit_float32.tflite").write_bytes(b"damaged")
    open_model(page, target_models / "model.json", tmp_path / "edit_float32.tflite")
    assert "edit_float32.tflite is damaged" in page.until_problem()
    page.click("#problem-close")
    other = json.loads((target_models / "model.json").read_text(encoding="utf-8"))
    other["image_size"] = 48
    (tmp_path / "model.json").write_text(json.dumps(other), encoding="utf-8")
    open_model(page, tmp_path / "model.json", target_models / "edit_float32.tflite")
    assert "but model.json says (1, 48, 48, 3)" in page.until_problem()
    page.until_edited().move_slider("Bald", -1)  # what worked stays
    page.choose_face(3)
    open_model(
        page,
        target_models / "model.json",
        target_models / "edit_float32.tflite",
        target_models / "classify_float32.tflite",
    )
    page.wait(lambda: not page.element("#problem").is_displayed(), "The problem stays")
    page.wait(lambda: "32 × 32" in facts(page), "The other model is not in use")
    page.until_edited().move_slider("Male", 1.25)
    assert page.label().startswith("Drawn face 3,")  # the picture stays
    expected = edited(target_models, "float32", 3, {"Male": 1.25})
    assert largest_difference(page.picture(), expected) <= 2
    open_model(page, season_models / "model.json", season_models / "edit_float32.tflite")
    page.wait(lambda: page.element("#domain-choices").is_displayed(), "No domains to choose")
    assert not page.element("#sliders").is_displayed()
    page.until_edited().translate("winter")
    assert page.label().startswith("Drawn landscape 1,")
    editor = PictureEditor(Editor(season_models / "edit_float32.tflite"))
    with Image.open(LANDSCAPES / "landscape-1.jpg") as image:
        expected = editor.translate(np.array(image.convert("RGB")), "winter")
    # JPEG decoders differ by a level or two.
    assert largest_difference(page.picture(), expected) <= 4


def facts(page) -> str:
    return page.element("#facts").get_property("textContent")
