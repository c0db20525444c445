"""Keyboard, names, contrast, small and large screens; pictures of them in build/screenshots."""

import os
from pathlib import Path

import pytest
from browser.phone_page import DESKTOP, PHONE
from PIL import Image
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.slow

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"

#: WCAG 2: contrast of text and ground; transparent grounds are looked through.
_CONTRASTS = """
const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
const linear = (value) => {
  const share = value / 255;
  return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};
const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = parse(getComputedStyle(at).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const found = [];
for (const element of document.querySelectorAll('body *')) {
  const words = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const picture = element.closest('.stage, :disabled, .visually-hidden, svg');
  if (!words || picture || !element.checkVisibility()) continue;
  const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  found.push([element.textContent.trim(), contrast]);
}
return found;
"""


def test_sliders_work_from_the_keyboard(page, site):
    page.open_ready(site.url)
    slider = page.slider("Eyeglasses")
    slider.send_keys(Keys.ARROW_RIGHT * 3)
    page.until_edited()
    assert page.slider_value("Eyeglasses") == pytest.approx(0.15)
    assert slider.get_attribute("aria-valuetext") == "add, strength 0.15"
    slider.send_keys(Keys.END)
    assert page.slider_value("Eyeglasses") == 1.5
    slider.send_keys(Keys.HOME)
    assert page.slider_value("Eyeglasses") == -1.5
    slider.send_keys("0")
    page.until_edited()
    assert page.slider_value("Eyeglasses") == 0
    assert slider.get_attribute("aria-valuetext") == "unchanged"


def test_framing_works_from_the_keyboard(page, site, tmp_path):
    photo = tmp_path / "photo.png"
    Image.linear_gradient("L").convert("RGB").save(photo)
    page.open_ready(site.url)
    page.element("#file").send_keys(str(photo))
    page.wait(lambda: page.element("#framing").is_displayed(), "No framing")
    canvas = page.element("#framing-canvas")
    assert page.driver.switch_to.active_element == canvas
    canvas.send_keys(Keys.ARROW_DOWN * 4, "++", "..")
    page.click("#framing-done")
    page.wait(lambda: page.label().startswith("Your photo"), "The photo is not shown")
    page.until_edited()
    page.click("#reframe")
    page.element("#framing-canvas").send_keys(Keys.ESCAPE)
    page.wait(lambda: not page.element("#framing").is_displayed(), "Escape does not cancel")


def test_every_control_has_a_name(page, site):
    page.open_ready(site.url)
    for part in ("main", "#settings", "#framing", "#camera"):
        if part != "main":
            page.driver.execute_script("document.querySelector(arguments[0]).showModal()", part)
        kinds = ("button", "input:not([type=file])", "canvas:not([aria-hidden])", "video")
        controls = page.elements(", ".join(f"{part} {kind}" for kind in kinds))
        shown = [element for element in controls if element.is_displayed()]
        assert len(shown) >= 4
        for element in shown:
            assert element.accessible_name, element.get_attribute("outerHTML")
        if part != "main":
            page.driver.execute_script("document.querySelector(arguments[0]).close()", part)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, (320, 568), (844, 390), DESKTOP], ids=str)
def test_it_fits_and_can_be_read(page, start_site, built_page, shown_models, size, dark):
    site = start_site(built_page, shown_models)
    page.resize(size, 1.0 if size == DESKTOP else 2.0, dark)
    page.open_ready(site.url).choose_face(4)
    page.move_slider("Eyeglasses", 1).move_slider("Young", -0.6)
    name = f"{size[0]}x{size[1]}-{'dark' if dark else 'light'}"
    page.driver.execute_script("scrollTo(0, 0)")
    page.screenshot(SCREENSHOTS / f"{name}.png")
    # Not innerWidth: a phone's browser widens that to what the page needs. The time varies.
    needed, cut = page.driver.execute_script(
        "const time = document.getElementById('status-time');"
        "time.textContent = '12345 ms';"
        "const button = time.closest('button').getBoundingClientRect();"
        "const cut = time.getBoundingClientRect().right > button.right;"
        "return [document.documentElement.scrollWidth, cut]"
    )
    assert needed <= size[0], "It scrolls sideways"
    assert not cut, "The time does not fit"
    page.click("#status")
    page.screenshot(SCREENSHOTS / f"{name}-settings.png")
    texts = page.driver.execute_script(_CONTRASTS)
    assert len(texts) > 25
    poor = [(text, round(contrast, 2)) for text, contrast in texts if contrast < 4.5]
    assert poor == []
    page.resize(PHONE)


@pytest.fixture(scope="session")
def shown_models(quickstart_models) -> Path:
    """A trained model's export folder in STGAN_MOBILE_MODELS, for pictures worth looking at."""
    return Path(os.environ.get("STGAN_MOBILE_MODELS") or quickstart_models)


def test_framing_and_camera_pictures(start_page, site, tmp_path):
    from browser.python_edits import SAMPLES

    page = start_page("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    page.open_ready(site.url)
    photo = tmp_path / "photo.png"
    with Image.open(SAMPLES / "face-6.png") as face:
        face.resize((712, 872), Image.Resampling.LANCZOS).rotate(8).save(photo)
    page.open_framing(photo)
    page.wait(
        lambda: page.driver.execute_script(
            "const c = document.getElementById('framing-canvas');"
            "return c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data[3]"
        ),
        "The photo is not drawn",
    )
    page.screenshot(SCREENSHOTS / "framing.png")
    page.click("#framing-cancel")
    page.click("#camera-open")
    page.wait(lambda: page.element("#camera-take").is_enabled(), "No picture from the camera")
    page.screenshot(SCREENSHOTS / "camera.png")
    page.click("#camera-cancel")
    assert not page.console_errors()
