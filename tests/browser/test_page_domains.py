"""Models of domains on the page: whole pictures, translated and saved at full size."""

import json
from pathlib import Path

import numpy as np
import pytest
from browser.python_edits import largest_difference
from PIL import Image

from stgan_tf.editing.editor import Editor
from stgan_tf.editing.picture_editor import PictureEditor

pytestmark = pytest.mark.slow

LANDSCAPES = Path(__file__).resolve().parents[2] / "export" / "mobile" / "public" / "landscapes"
#: Pictures are shown with at most this many pixels along each side, and saved with all.
PREVIEW_SIDE = 1024


def write_photo(folder: Path, width: int, height: int) -> np.ndarray:
    """photo.png with smooth and with fine parts; its pixels."""
    rows, columns = np.mgrid[:height, :width]
    waves = 40 * np.sin(columns / 9) * (rows > height / 2) + 20 * np.sin(rows / 31)
    channels = [120 + waves, 90 + 100 * columns / width, 210 - 150 * rows / height - waves / 2]
    pixels = np.uint8(np.clip(np.stack(channels, axis=-1), 0, 255))
    Image.fromarray(pixels).save(folder / "photo.png")
    return pixels


def editor_of(models: Path) -> PictureEditor:
    return PictureEditor(Editor(models / "edit_float32.tflite"))


def test_a_photo_is_translated_as_python_does(
    page, start_site, built_page, season_models, tmp_path
):
    page.open_ready(start_site(built_page, season_models).url).choose_precision("float32")
    assert page.element("h1").text == "Photo editor"
    assert page.element("#sources-section").get_attribute("aria-label") == "Choose a picture"
    assert not page.element("#sliders").is_displayed()
    assert not page.element("#domain-from").is_displayed()  # of two it is the other one
    photo = write_photo(tmp_path, 300, 180)
    page.choose_photo(tmp_path / "photo.png")
    assert not page.element("#framing").is_displayed()
    assert not page.element("#reframe").is_displayed()
    assert largest_difference(page.picture(), photo) == 0  # nothing is asked for yet
    editor = editor_of(season_models)
    for domain, intensity in (("winter", 1.0), ("summer", 1.0), ("summer", 0.55)):
        page.translate(domain, intensity)
        expected = editor.translate(photo, domain, intensity=intensity)
        assert largest_difference(expected, photo) > 10  # an edit that is to be seen
        assert largest_difference(page.picture(), expected) <= 2, (domain, intensity)
    page.click("#reset")
    page.until_edited()
    assert largest_difference(page.picture(), photo) == 0


def test_a_large_photo_is_saved_at_full_size(page, start_site, built_page, season_models, tmp_path):
    page.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    page.open_ready(start_site(built_page, season_models).url).choose_precision("float32")
    photo = write_photo(tmp_path, 1300, 900)  # more than one strip
    page.choose_photo(tmp_path / "photo.png").translate("winter")
    assert page.element("#picture").get_property("width") == PREVIEW_SIDE
    page.save()
    saved = tmp_path / "edited-photo.png"
    page.wait(saved.is_file, "Nothing was saved")
    with Image.open(saved) as image:
        pixels = np.array(image.convert("RGB"))
    expected = editor_of(season_models).translate(photo, "winter")
    assert largest_difference(pixels, expected) <= 2
    page.wait(page.element("#save").is_enabled, "Saving does not end")


def test_several_domains_start_from_what_the_picture_is_of(
    page, start_site, built_page, year_models, tmp_path
):
    page.open_ready(start_site(built_page, year_models).url).choose_precision("float32")
    assert "To <b>spring</b>" in page.element("#domain-targets").text  # a name, no markup
    (known,) = json.loads((LANDSCAPES / "samples.json").read_text(encoding="utf-8"))[1][
        "attributes"
    ]
    page.choose_landscape(2)
    assert page.element("#domain-hint").text == "Known for this drawn landscape."
    assert chosen(page, "from") == known == "winter"
    assert not target(page, "winter").is_enabled() and target(page, "summer").is_enabled()
    photo = write_photo(tmp_path, 120, 90)
    page.choose_photo(tmp_path / "photo.png")
    hint = page.element("#domain-hint")
    page.wait(lambda: hint.text.startswith("Predicted by the classifier"), "The domain is not seen")
    editor = editor_of(year_models)
    (seen,), _ = editor.look(photo)
    names = editor.editor.domains
    likeliest = names[int(editor.editor.classify(seen.patch).argmax())]
    assert chosen(page, "from") == likeliest
    other, third = (name for name in names if name != likeliest)
    page.translate(other, 1.25)
    expected = editor.translate(photo, other, intensity=1.25)
    assert largest_difference(page.picture(), expected) <= 2
    page.click(f"input[name='domain-from'][data-domain='{third}']")
    page.until_edited()
    expected = editor.translate(photo, other, source=third, intensity=1.25)
    assert largest_difference(page.picture(), expected) <= 2
    # Of what the picture is already there is no translation.
    page.click(f"input[name='domain-from'][data-domain='{other}']")
    page.until_edited()
    assert chosen(page, "target") is None
    assert largest_difference(page.picture(), photo) == 0


def target(page, domain: str):
    return page.element(f"input[name='domain-target'][data-domain='{domain}']")


def chosen(page, group: str) -> str | None:
    boxes = page.elements(f"input[name='domain-{group}']")
    found = [box.get_attribute("data-domain") for box in boxes if box.is_selected()]
    return found[0] if found else None


def test_the_samples_are_landscapes_or_faces(
    page, start_site, built_page, season_models, quickstart_models
):
    page.open_ready(start_site(built_page, season_models).url)
    assert len(page.elements(".tile[aria-label^='Drawn landscape']")) == 8
    assert not page.elements(".tile[aria-label^='Drawn face']")
    page.open_ready(start_site(built_page, quickstart_models).url)
    assert len(page.elements(".tile[aria-label^='Drawn face']")) == 8
    assert page.element("h1").text == "Photo editor"
    assert page.element("#sources-section").get_attribute("aria-label") == "Choose a face"
    assert not page.element("#domain-choices").is_displayed()


def test_without_a_classifier_people_say_what_the_picture_is_of(
    page, start_site, built_page, year_models, tmp_path
):
    site = start_site(built_page, year_models)
    described = json.loads((year_models / "model.json").read_text(encoding="utf-8"))
    described["files"] = [file for file in described["files"] if file["role"] == "edit"]
    site.replaced["/models/model.json"] = json.dumps(described).encode()
    page.open_ready(site.url).choose_precision("float32")
    photo = write_photo(tmp_path, 90, 120)
    page.choose_photo(tmp_path / "photo.png")
    assert "the model needs to know" in page.element("#domain-hint").text
    assert chosen(page, "from") is None
    assert not target(page, "summer").is_enabled() and not target(page, "winter").is_enabled()
    page.click("input[name='domain-from'][data-domain='summer']")
    page.translate("winter")
    expected = editor_of(year_models).translate(photo, "winter", source="summer")
    assert largest_difference(page.picture(), expected) <= 2


def test_a_camera_picture_is_taken_whole(start_page, start_site, built_page, season_models):
    """Chromium's fake camera shows a test pattern."""
    page = start_page("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    page.open_ready(start_site(built_page, season_models).url)
    page.click("#camera-open")
    page.wait(lambda: page.element("#camera-take").is_enabled(), "No picture from the camera")
    assert not page.elements("#camera-guide *")
    video = page.element("#camera-video")
    shape = [video.get_property("videoWidth"), video.get_property("videoHeight")]
    assert video.value_of_css_property("transform") == "none"  # no mirror
    page.click("#camera-take")
    page.wait(lambda: page.label().startswith("Your picture"), "The picture is not shown")
    page.until_edited().translate("winter")
    scale = min(1, PREVIEW_SIDE / max(shape))
    assert page.picture().shape == (round(shape[1] * scale), round(shape[0] * scale), 3)
    assert not page.console_errors()


def test_every_control_has_a_name_and_works_from_the_keyboard(
    page, start_site, built_page, year_models
):
    from selenium.webdriver.common.keys import Keys

    page.open_ready(start_site(built_page, year_models).url)
    controls = page.elements("main button, main input:not([type=file]), main canvas")
    for element in controls:
        if element.is_displayed():
            assert element.accessible_name, element.get_attribute("outerHTML")
    page.translate("winter")
    slider = page.element("#intensity")
    slider.send_keys(Keys.ARROW_RIGHT * 3)
    page.until_edited()
    assert float(slider.get_property("value")) == pytest.approx(1.15)
    assert slider.get_attribute("aria-valuetext") == "strength 1.15"
    assert page.element("#intensity-value").text == "1.15"


def test_translations_are_undone_and_kept_by_picture(page, start_site, built_page, season_models):
    page.open_ready(start_site(built_page, season_models).url).choose_landscape(2)
    assert not page.element("#undo").is_enabled()
    page.translate("winter", 0.5).translate("summer")
    page.click("#undo")
    page.until_edited()
    assert (chosen(page, "target"), page.element("#intensity-value").text) == ("winter", "0.50")
    page.click("#undo")
    page.click("#undo")
    page.until_edited()
    assert chosen(page, "target") is None and not page.element("#undo").is_enabled()
    page.click("#redo")
    page.choose_landscape(3)
    assert chosen(page, "target") is None and not page.element("#redo").is_enabled()
