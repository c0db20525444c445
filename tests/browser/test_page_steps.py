"""Undo and redo, pasted and dropped photos."""

import base64
import io

import pytest
from browser.python_edits import drawn_face, edited, largest_difference
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.slow

#: Hands a file to the page as a paste or a drop does.
_GIVE = """
const [kind, name, text] = arguments;
const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const data = new DataTransfer();
data.items.add(new File([bytes], name, {type: 'image/png'}));
const event = kind === 'paste'
  ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
  : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true});
document.getElementById('picture').dispatchEvent(event);
"""


def press(page, *keys: str) -> None:
    actions = ActionChains(page.driver)
    for key in keys[:-1]:
        actions.key_down(key)
    actions.send_keys(keys[-1])
    for key in keys[:-1]:
        actions.key_up(key)
    actions.perform()
    page.until_edited()


def test_steps_are_undone_and_done_again(page, site, quickstart_models):
    page.open_ready(site.url).choose_precision("float32").choose_face(2)
    assert not page.element("#undo").is_enabled() and not page.element("#redo").is_enabled()
    for value in (0.25, 0.5, 1.0):  # one drag
        page.move_slider("Eyeglasses", value)
    page.move_slider("Young", -1)
    page.click("#undo")
    page.until_edited()
    assert (page.slider_value("Eyeglasses"), page.slider_value("Young")) == (1, 0)
    expected = edited(quickstart_models, "float32", 2, {"Eyeglasses": 1.0})
    assert largest_difference(page.picture(), expected) <= 2
    press(page, Keys.CONTROL, "z")
    assert page.slider_value("Eyeglasses") == 0
    assert largest_difference(page.picture(), drawn_face(2)) == 0
    assert not page.element("#undo").is_enabled()
    press(page, Keys.CONTROL, Keys.SHIFT, "z")
    press(page, Keys.CONTROL, "y")
    assert (page.slider_value("Eyeglasses"), page.slider_value("Young")) == (1, -1)
    assert not page.element("#redo").is_enabled()
    page.click("#reset")
    page.click("#undo")
    page.until_edited()
    assert (page.slider_value("Eyeglasses"), page.slider_value("Young")) == (1, -1)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_photos_can_be_pasted_and_dropped(page, site, kind):
    face = Image.fromarray(drawn_face(7)).resize((356, 436), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    face.save(stream, "PNG")
    page.open_ready(site.url)
    text = base64.b64encode(stream.getvalue()).decode()
    page.driver.execute_script(_GIVE, kind, "face.png", text)
    page.wait(lambda: page.label().startswith("Your photo"), "The photo is not used")
    page.until_edited()
    assert page.picture().shape == (436, 356, 3)
