"""Presets, previews of edits, and the line between before and after."""

import numpy as np
import pytest
from browser.python_edits import drawn_face, edited, largest_difference
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.slow

_READ_PREVIEW = """
const canvas = document.querySelector(`[data-edit='${arguments[0]}'] canvas`);
const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
return [canvas.width, Array.from(data)];
"""


def preview(page, attribute: str) -> np.ndarray:
    tile = page.element(f"[data-edit='{attribute}']")
    page.driver.execute_script("arguments[0].scrollIntoView({inline: 'center'})", tile)
    page.wait(lambda: "ready" in tile.get_attribute("class"), f"No preview of {attribute}")
    side, values = page.driver.execute_script(_READ_PREVIEW, attribute)
    return np.array(values, np.uint8).reshape(side, side, 4)[..., :3]


def pressed(page, selector: str) -> bool:
    return page.element(selector).get_attribute("aria-pressed") == "true"


def test_presets_and_tiles_edit_and_can_be_undone(page, site, quickstart_models):
    page.open_ready(site.url).choose_precision("float32").choose_face(2)
    blond = "[data-preset='presetBlondGlasses']"
    assert page.element(blond).text == "Blond, glasses"
    assert not page.elements("[data-preset='presetMadeUp']")  # this model has no make-up
    page.click(blond)
    page.until_edited()
    assert pressed(page, blond) and pressed(page, "[data-edit='Eyeglasses']")
    expected = edited(quickstart_models, "float32", 2, {"Blond_Hair": 1.0, "Eyeglasses": 1.0})
    assert largest_difference(page.picture(), expected) <= 2
    page.move_slider("Eyeglasses", -0.65)
    assert not pressed(page, blond)
    page.click("[data-preset='presetYounger']")
    page.until_edited()
    assert (page.slider_value("Young"), page.slider_value("Blond_Hair")) == (1, 0)
    page.click("[data-edit='Eyeglasses']")  # as strong as last time
    page.until_edited()
    assert page.slider_value("Eyeglasses") == -0.65
    page.click("#undo")
    page.click("#undo")
    page.until_edited()
    assert page.slider_value("Blond_Hair") == 1
    page.driver.refresh()
    page.until_edited().click("[data-edit='Eyeglasses']")
    page.until_edited()
    assert page.slider_value("Eyeglasses") == -0.65
    page.click("[data-edit='Eyeglasses']")
    page.until_edited()
    assert page.slider_value("Eyeglasses") == 0


def test_each_edit_is_previewed_small(page, site):
    page.open_ready(site.url).choose_face(2)
    glasses = preview(page, "Eyeglasses")
    assert glasses.shape == (64, 64, 3)
    assert largest_difference(glasses, preview(page, "Young")) > 10
    page.move_slider("Eyeglasses", -1.5)  # other strength, other preview
    page.wait(
        lambda: largest_difference(preview(page, "Eyeglasses"), glasses) > 10,
        "The preview does not follow the strength",
    )
    page.choose_face(3)
    page.wait(
        lambda: largest_difference(preview(page, "Young"), glasses) > 10,
        "The previews are of another face",
    )


def test_a_line_divides_before_and_after(page, site):
    page.open_ready(site.url).move_slider("Bald", 1)
    split, before = page.element("#split"), page.element("#before")
    assert split.is_displayed() and not before.is_displayed()
    split.send_keys(Keys.ARROW_RIGHT * 4)
    assert before.is_displayed() and page.element("#badge").is_displayed()
    assert split.get_attribute("aria-valuetext") == "4 %"
    # By mouse: the grip is at the start of the picture.
    width = page.element("#stage").size["width"]
    grip = round(-width / 2 + 22 + 0.04 * (width - 44))
    actions = ActionChains(page.driver).move_to_element_with_offset(split, grip, 0)
    actions.click_and_hold().move_by_offset(round(-grip), 0).release().perform()
    assert abs(split.get_property("valueAsNumber") - 50) <= 2
    size, values = page.driver.execute_script(
        "const c = document.getElementById('before');"
        "return [[c.height, c.width], Array.from(c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data)]"
    )
    shown = np.array(values, np.uint8).reshape(*size, 4)[..., :3]
    assert largest_difference(shown, drawn_face(1)) == 0
    page.choose_face(2)
    assert not before.is_displayed()
