"""The page computes what Python computes."""

import numpy as np
import pytest
from browser.python_edits import (
    drawn_face,
    edited,
    known_attributes,
    largest_difference,
    probabilities,
)
from PIL import Image

pytestmark = pytest.mark.slow

#: CelebA's crop of its frame.
SQUARE = np.s_[26:196, 3:173]


def test_pixels_equal_those_of_python(page, site, quickstart_models):
    page.open_ready(site.url).choose_precision("float32").choose_face(3)
    for edits in ({}, {"Eyeglasses": 1.0}, {"Eyeglasses": -1.35}):
        for name, value in edits.items():
            page.move_slider(name, value)
        expected = edited(quickstart_models, "float32", 3, edits)
        assert largest_difference(page.picture(), expected) <= 2, edits
    # The edit is to be seen, so an edit of nothing would not pass.
    assert largest_difference(edited(quickstart_models, "float32", 3, {}), expected) > 10


def test_each_precision_runs_and_says_its_size(page, site, quickstart_models):
    page.open_ready(site.url).move_slider("Male", 1.5)
    shown = {}
    for precision in ("float32", "dynamic_int8"):
        page.choose_precision(precision)
        shown[precision] = page.picture()
        expected = edited(quickstart_models, precision, 1, {"Male": 1.5})
        # With and without the edit, each output is within 2 levels.
        assert largest_difference(shown[precision], expected) <= 4, precision
    assert largest_difference(shown["float32"], shown["dynamic_int8"]) > 0
    page.click("#status")
    options = page.element("#precisions").text
    assert "Full precision (float32)\n4.8 MB" in options
    assert "Compact (8-bit weights)\n1.2 MB" in options
    facts = page.element("#facts").text
    assert "Running on\nWebAssembly" in facts
    assert "64 × 64 pixels" in facts
    assert "checked" in facts and "not checked" not in facts


def test_several_sliders_at_once_and_reset(page, site, quickstart_models):
    page.open_ready(site.url)
    page.move_slider("Young", -0.55).move_slider("Pale_Skin", 0.8)
    expected = edited(quickstart_models, "float32", 1, {"Young": -0.55, "Pale_Skin": 0.8})
    assert largest_difference(page.picture(), expected) <= 2
    page.click("[aria-label='Reset Pale skin']")
    page.until_edited()
    expected = edited(quickstart_models, "float32", 1, {"Young": -0.55})
    assert largest_difference(page.picture(), expected) <= 2
    page.click("#reset")
    page.until_edited()
    assert page.slider_value("Young") == 0
    assert largest_difference(page.picture(), edited(quickstart_models, "float32", 1, {})) <= 2


def test_what_excludes_each_other_is_switched_back(page, site, quickstart_models):
    page.open_ready(site.url)
    page.move_slider("Black_Hair", 1).move_slider("Bald", 0.5).move_slider("Blond_Hair", 0.75)
    assert page.slider_value("Black_Hair") == 0
    assert page.slider_value("Bald") == 0.5
    assert "Black hair switched off" in page.element("#announcement").get_property("textContent")
    expected = edited(quickstart_models, "float32", 1, {"Bald": 0.5, "Blond_Hair": 0.75})
    assert largest_difference(page.picture(), expected) <= 2


def test_a_fast_slider_ends_at_its_last_value(page, site, quickstart_models):
    page.open_ready(site.url)
    page.driver.execute_script(
        "const slider = arguments[0];"
        "for (let step = -30; step <= 24; step++) {"
        "  slider.value = step / 20; slider.dispatchEvent(new Event('input'));"
        "}",
        page.slider("Bangs"),
    )
    page.until_edited()
    value = page.slider_value("Bangs")
    expected = edited(quickstart_models, "float32", 1, {"Bangs": value})
    assert value == pytest.approx(1.2)
    assert largest_difference(page.picture(), expected) <= 2


def test_target_models_take_what_the_face_has(page, built_page, target_models, start_site):
    site = start_site(built_page, target_models)
    page.open_ready(site.url).choose_face(3)
    ticked = ticks(page)
    assert ticked and ticked <= set(known_attributes(3))
    assert "Black_Hair" in ticked and "Blond_Hair" not in ticked
    page.move_slider("Blond_Hair", 1.5)
    expected = edited(target_models, "float32", 3, {"Blond_Hair": 1.5}, list(ticked))
    assert largest_difference(page.picture(), expected) <= 2
    page.click("#source-attributes summary")
    page.click("[data-source-attribute='Black_Hair']")
    page.until_edited()
    ticked -= {"Black_Hair"}
    expected = edited(target_models, "float32", 3, {"Blond_Hair": 1.5}, list(ticked))
    assert largest_difference(page.picture(), expected) <= 2


def ticks(page):
    """What the page says that the face has."""
    return {
        box.get_attribute("data-source-attribute")
        for box in page.elements("[data-source-attribute]")
        if box.is_selected()
    }


HAIR_COLOURS = ("Black_Hair", "Blond_Hair", "Brown_Hair")


def test_difference_models_take_away_the_hair_colour_of_a_drawn_face(page, site, quickstart_models):
    page.open_ready(site.url)
    (own,) = set(HAIR_COLOURS) & set(known_attributes(1))
    other = next(name for name in HAIR_COLOURS if name != own)
    # Only what excludes each other can be ticked: glasses change nothing else.
    assert own in ticks(page) <= {"Bald", "Bangs", *HAIR_COLOURS}
    page.move_slider(other, 1.5)
    expected = edited(quickstart_models, "float32", 1, {other: 1.5})
    assert largest_difference(page.picture(), expected) <= 2
    kept = edited(quickstart_models, "float32", 1, {other: 1.5}, None)
    assert largest_difference(expected, kept) > 5  # what the page gave before
    assert not page.element("#note").is_displayed()


def test_difference_models_see_what_a_photo_has(
    page, start_site, built_page, seeing_models, tmp_path
):
    page.open_ready(start_site(built_page, seeing_models).url)
    use_photo_of_face_5(page, tmp_path)
    hint = page.element("#source-hint")
    page.wait(
        lambda: hint.get_property("textContent").startswith("Predicted by the classifier"),
        "The classifier does not say what the photo has",
    )
    seen = {name for name, p in probabilities(seeing_models, 5).items() if p > 0.5}
    assert ticks(page) == seen & {"Bald", "Bangs", *HAIR_COLOURS}
    own = next(name for name in HAIR_COLOURS if name in seen)
    other = next(name for name in HAIR_COLOURS if name != own)
    page.move_slider(other, 1)
    expected = edited(seeing_models, "float32", 5, {other: 1.0}, list(seen))[SQUARE]
    assert largest_difference(page.picture(), expected) <= 2
    kept = edited(seeing_models, "float32", 5, {other: 1.0}, None)[SQUARE]
    assert largest_difference(expected, kept) > 5
    assert not page.element("#note").is_displayed()


def test_a_photo_that_nobody_knows_is_said_to_be_so_once(page, site, quickstart_models, tmp_path):
    page.open_ready(site.url)
    use_photo_of_face_5(page, tmp_path).move_slider("Male", -1)
    note = page.element("#note")
    assert not note.is_displayed()
    page.move_slider("Male", 0).move_slider("Blond_Hair", 1)
    assert "tick" in note.text and "What the face has" in note.text
    unknown = edited(quickstart_models, "float32", 5, {"Blond_Hair": 1.0}, None)[SQUARE]
    assert largest_difference(page.picture(), unknown) <= 2
    page.click("#note-close")
    page.move_slider("Blond_Hair", 0.5)
    assert not note.is_displayed()
    page.click("#source-attributes summary")
    page.click("[data-source-attribute='Black_Hair']")
    page.until_edited()
    told = edited(quickstart_models, "float32", 5, {"Blond_Hair": 0.5}, ["Black_Hair"])[SQUARE]
    assert largest_difference(page.picture(), told) <= 2


def use_photo_of_face_5(page, folder):
    """The model's square of a drawn face, as a photo: it covers the square pixel by pixel."""
    photo = folder / "photo.png"
    Image.fromarray(drawn_face(5)[SQUARE]).save(photo)
    page.open_framing(photo)
    page.click("#framing-done")
    page.wait(lambda: page.label().startswith("Your photo"), "The photo is not shown")
    return page.until_edited()


def test_target_models_see_what_a_photo_has(page, start_site, built_page, target_models, tmp_path):
    page.open_ready(start_site(built_page, target_models).url)
    use_photo_of_face_5(page, tmp_path)
    hint = page.element("#source-hint")
    page.wait(
        lambda: hint.get_property("textContent").startswith("Predicted by the classifier"),
        "The classifier does not say what the photo has",
    )
    expected = {name for name, p in probabilities(target_models, 5).items() if p > 0.5}
    assert ticks(page) == expected
    assert 0 < len(expected) < 13
    page.move_slider("Male", 1.25)
    edit = edited(target_models, "float32", 5, {"Male": 1.25}, list(expected))[SQUARE]
    assert largest_difference(page.picture(), edit) <= 2


def test_a_photo_is_framed_and_edited(page, site, quickstart_models, tmp_path):
    page.open_ready(site.url)
    use_photo_of_face_5(page, tmp_path).move_slider("Male", -1)
    expected = edited(quickstart_models, "float32", 5, {"Male": -1.0}, None)[SQUARE]
    assert largest_difference(page.picture(), expected) <= 2
    page.click("#reframe")
    page.click("#zoom-in")
    page.click("#turn-left")
    page.click("#framing-done")
    page.until_edited()
    assert page.slider_value("Male") == -1  # the same face: the edit stays
    assert largest_difference(page.picture(), expected) > 10


def test_a_file_that_is_no_picture_is_named(page, site, tmp_path):
    text = tmp_path / "letter.txt"
    text.write_text("Dear reader", encoding="utf-8")
    page.open_ready(site.url)
    before = page.picture()
    page.element("#file").send_keys(str(text))
    assert "letter.txt cannot be opened as a picture" in page.until_problem()
    assert largest_difference(page.picture(), before) == 0


def test_hold_shows_the_original(page, site):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    page.open_ready(site.url).move_slider("Bald", 1)
    edit = page.picture()
    compare = page.element("#compare")
    ActionChains(page.driver).click_and_hold(compare).perform()
    assert page.element("#badge").is_displayed()
    assert page.label() == "Drawn face 1, original"
    assert largest_difference(page.picture(), drawn_face(1)) == 0
    ActionChains(page.driver).release().perform()
    assert largest_difference(page.picture(), edit) == 0
    compare.send_keys("")  # focus
    for key in (Keys.SPACE, Keys.ENTER):
        ActionChains(page.driver).key_down(key).perform()
        assert page.label() == "Drawn face 1, original"
        ActionChains(page.driver).key_up(key).perform()
        assert page.label() == "Drawn face 1, edited"
