"""Fingers, mouse and wheel."""

import numpy as np
import pytest
from browser.python_edits import drawn_face, edited_photo
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

from stgan_tf.alignment import Similarity

pytestmark = pytest.mark.slow

#: CelebA's crop of a drawn face, the photo of these tests: it covers the model's square.
SIDE = 170
EDIT = {"Eyeglasses": 1.5}
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
    page.open_framing(tmp_path / "photo.png")
    page.wait(lambda: page.driver.execute_script(_DRAWN), "The photo is not drawn")
    return page, Image.fromarray(photo)


def assert_framed(framing, models, scale: float, right: float = 0) -> None:
    """The edit is where it must be for a photo that was enlarged by `scale` about the middle, then
    moved by `right` of the frame's pixels; and not where it would be without.
    """
    page, photo = framing
    page.click("#framing-done")
    page.wait(lambda: page.label().startswith("Your photo"), "The photo is not shown")
    page.choose_precision("float32").move_slider("Eyeglasses", 1.5)
    shown = page.picture().astype(float)

    def distance(scale: float, right: float) -> float:
        middle = complex(SIDE - 1, SIDE - 1) / 2
        to_square = middle - scale * middle + right
        to_frame = Similarity(complex(scale), to_square + complex(3, 26))
        expected = edited_photo(models, "float32", np.array(photo), to_frame, EDIT)
        return np.abs(shown - expected).mean()

    away = distance(scale, right)
    assert away < 0.5
    if (scale, right) != (1, 0):
        assert distance(1, 0) > 4 * away


def touch(page, kind: str, *points: tuple[float, float]) -> None:
    fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    page.cdp("Input.dispatchTouchEvent", type=kind, touchPoints=fingers)


def bounds(page) -> tuple[float, float, float]:
    """Left, top and side of the canvas in CSS pixels."""
    box = page.driver.execute_script(
        "return document.getElementById('framing-canvas').getBoundingClientRect().toJSON()"
    )
    return box["left"], box["top"], box["width"]


def test_nothing_moved_is_the_photo_itself(framing, quickstart_models):
    assert_framed(framing, quickstart_models, 1)


def test_two_fingers_zoom_the_photo(framing, quickstart_models):
    page, _ = framing
    left, top, side = bounds(page)
    x, y = left + side / 2, top + side / 2
    touch(page, "touchStart", (x - 50, y), (x + 50, y))
    for reach in (60, 80, 100):
        touch(page, "touchMove", (x - reach, y), (x + reach, y))
    touch(page, "touchEnd")
    assert_framed(framing, quickstart_models, 2)


def test_a_drag_moves_the_photo(framing, quickstart_models):
    """By mouse: after a pinch, Chromium's test interface delivered no touch of one finger."""
    page, _ = framing
    _, _, side = bounds(page)
    by = round(17 * side / SIDE)
    canvas = page.element("#framing-canvas")
    ActionChains(page.driver).drag_and_drop_by_offset(canvas, by, 0).perform()
    assert_framed(framing, quickstart_models, 1, by * SIDE / side)


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
