"""Fingers, mouse and wheel."""

import numpy as np
import pytest
from browser.python_edits import drawn_face, largest_difference
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

from stgan_tf.images import resize_bicubic_numpy, to_uint8

pytestmark = pytest.mark.slow

#: CelebA's crop of a drawn face, the photo of these tests: it covers the model's square.
SIDE = 170
#: Whether the middle of the framing canvas holds more than its empty background.
_DRAWN = """
const canvas = document.getElementById('framing-canvas');
const [x, y] = [canvas.width >> 1, canvas.height >> 1];
return canvas.getContext('2d').getImageData(x, y, 1, 1).data.slice(0, 3).some((v) => v > 0);
"""


@pytest.fixture
def framing(page, site, tmp_path):
    """The page with a photo under the guide, and what the photo is."""
    photo = drawn_face(5)[26:196, 3:173]
    Image.fromarray(photo).save(tmp_path / "photo.png")
    page.open_ready(site.url)
    page.element("#file").send_keys(str(tmp_path / "photo.png"))
    page.wait(lambda: page.element("#framing").is_displayed(), "No framing")
    page.wait(lambda: page.driver.execute_script(_DRAWN), "The photo is not drawn")
    return page, Image.fromarray(photo)


def original(page) -> np.ndarray:
    """uint8 (64, 64, 3): what the model sees, after the framing is taken."""
    page.click("#framing-done")
    page.wait(lambda: page.label().startswith("Your photo"), "The photo is not shown")
    page.until_edited()
    ActionChains(page.driver).click_and_hold(page.element("#compare")).perform()
    seen = page.picture()
    ActionChains(page.driver).release().perform()
    return seen


def moved(photo: Image.Image, scale: float, left: float, top: float) -> np.ndarray:
    """uint8 (64, 64, 3): `scale` times enlarged, from the photo's point (left, top) on."""
    step = 1 / scale
    matrix = (step, 0, left, 0, step, top)
    seen = photo.transform((SIDE, SIDE), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return to_uint8(resize_bicubic_numpy(np.array(seen), 64))


def touch(page, kind: str, *points: tuple[float, float]) -> None:
    fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    page.cdp("Input.dispatchTouchEvent", type=kind, touchPoints=fingers)


def bounds(page) -> tuple[float, float, float]:
    """Left, top and side of the canvas in CSS pixels."""
    box = page.driver.execute_script(
        "return document.getElementById('framing-canvas').getBoundingClientRect().toJSON()"
    )
    return box["left"], box["top"], box["width"]


def test_nothing_moved_is_the_photo_itself(framing):
    page, photo = framing
    assert largest_difference(original(page), moved(photo, 1, 0, 0)) <= 1


def test_two_fingers_zoom_the_photo(framing):
    page, photo = framing
    left, top, side = bounds(page)
    x, y = left + side / 2, top + side / 2
    touch(page, "touchStart", (x - 50, y), (x + 50, y))
    for reach in (60, 80, 100):
        touch(page, "touchMove", (x - reach, y), (x + reach, y))
    touch(page, "touchEnd")
    # Twice the size about the middle: the middle half of the photo is seen.
    assert largest_difference(original(page), moved(photo, 2, SIDE / 4, SIDE / 4)) <= 3


def test_a_drag_moves_the_photo(framing):
    """By mouse: after a pinch, Chromium's test interface delivered no touch of one finger."""
    page, photo = framing
    _, _, side = bounds(page)
    by = round(17 * side / SIDE)
    canvas = page.element("#framing-canvas")
    ActionChains(page.driver).drag_and_drop_by_offset(canvas, by, 0).perform()
    seen = original(page)
    # On the left the photo's border is repeated; PIL has black there.
    kept = slice(10, None)
    expected = moved(photo, 1, -by * SIDE / side, 0)
    assert largest_difference(seen[:, kept], expected[:, kept]) <= 3


def test_the_wheel_zooms_about_the_pointer(framing):
    page, _ = framing

    def shown() -> str:
        return page.driver.execute_script(
            "return document.getElementById('framing-canvas').toDataURL()"
        )

    before = shown()
    origin = ScrollOrigin.from_element(page.element("#framing-canvas"))
    ActionChains(page.driver).scroll_from_origin(origin, 0, -400).perform()
    page.wait(lambda: shown() != before, "Nothing moved")
    page.click("#framing-reset")
    page.wait(lambda: shown() == before, "Starting over does not bring it back")


def test_double_tap_resets_a_slider(page, site):
    page.open_ready(site.url)
    slider = page.slider("Bald")
    actions = ActionChains(page.driver).move_to_element_with_offset(slider, 40, 0)
    actions.click().perform()
    page.until_edited()
    assert page.slider_value("Bald") > 0.3
    ActionChains(page.driver).move_to_element_with_offset(slider, 40, 0).double_click().perform()
    page.until_edited()
    assert page.slider_value("Bald") == 0
