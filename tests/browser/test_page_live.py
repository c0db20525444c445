"""Edits on the running camera picture; Chromium's fake camera shows a drawn face that moves."""

import time
from pathlib import Path

import numpy as np
import pytest
from browser.python_edits import drawn_face
from PIL import Image

pytestmark = pytest.mark.slow

WIDTH, HEIGHT, FRAMES = 640, 480, 30
_READ = """
const canvas = document.getElementById('live-canvas');
if (canvas.hidden) return null;
const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
return [canvas.width, canvas.height, Array.from(data)];
"""
_HIDE = """
const hidden = arguments[0];
Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
document.dispatchEvent(new Event('visibilitychange'));
"""


def write_film(path: Path) -> None:
    """A drawn face that swings from side to side, as uncompressed y4m."""
    size = (int(178 * 1.9), int(218 * 1.9))
    face = Image.fromarray(drawn_face(4)).resize(size, Image.Resampling.LANCZOS)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(FRAMES):
            picture = Image.new("RGB", (WIDTH, HEIGHT), (150, 165, 180))
            left = 150 + round(24 * np.sin(2 * np.pi * number / FRAMES))
            picture.paste(face, (left, 40))
            planes = np.asarray(picture.convert("YCbCr"))
            film.write(b"FRAME\n" + planes[..., 0].tobytes())
            for channel in (1, 2):
                half = planes[..., channel].reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean((1, 3))
                film.write(np.uint8(half).tobytes())


@pytest.fixture(scope="module")
def camera_page(start_page, tmp_path_factory):
    film = tmp_path_factory.mktemp("film") / "face.y4m"
    write_film(film)
    return start_page(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def live(page) -> np.ndarray | None:
    read = page.driver.execute_script(_READ)
    if read is None:
        return None
    width, height, values = read
    return np.array(values, np.uint8).reshape(height, width, 4)[..., :3]


def test_the_running_picture_is_edited(camera_page, site):
    page = camera_page
    page.open_ready(site.url)
    page.click("#camera-open")
    page.wait(lambda: page.element("#camera-take").is_enabled(), "No picture from the camera")
    assert live(page) is None  # nothing is asked for yet: the video itself
    assert not page.element("#live-rate").is_displayed()
    box = page.element("#camera-live .stage").size
    assert abs(box["width"] - box["height"]) <= 1  # the guide is square
    page.element("[data-live='Eyeglasses']").click()
    page.wait(lambda: live(page) is not None, "No frame is edited")
    rate = page.element("#live-rate")
    page.wait(lambda: rate.is_displayed() and rate.text.endswith("frames/s"), "No rate is shown")
    assert float(rate.text.split()[0]) > 0
    edited = live(page)
    assert edited.shape == (HEIGHT, WIDTH, 3)
    # The edit is where the face is: the wall beside it is as the camera sees it.
    wall = edited[:, :80].astype(int) - (150, 165, 180)
    assert np.abs(wall).max() < 12
    # Hidden, the page rests; shown again, it goes on.
    page.driver.execute_script(_HIDE, True)
    time.sleep(1)  # a frame in work is completed
    still = live(page)
    time.sleep(0.5)
    assert np.array_equal(live(page), still)
    page.driver.execute_script(_HIDE, False)
    page.wait(lambda: not np.array_equal(live(page), still), "It does not go on")
    # The picture that is taken keeps the edit.
    page.click("#camera-take")
    page.wait(lambda: page.label().startswith("Your picture"), "The picture is not shown")
    page.until_edited()
    assert page.slider_value("Eyeglasses") == 1
    assert page.element("#live-canvas").get_property("hidden")
    stream = page.driver.execute_script("return document.getElementById('camera-video').srcObject")
    assert stream is None
    page.click("#camera-open")
    page.wait(lambda: page.element("#camera-take").is_enabled(), "No picture from the camera")
    assert page.element("[data-live='Eyeglasses']").get_attribute("aria-pressed") == "false"
    page.click("#camera-cancel")
    assert not page.console_errors()
