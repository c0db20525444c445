"""Photos of several sizes, framed by hand: edited in place and saved at full size as in Python."""

import numpy as np
import pytest
from browser.phone_page import DESKTOP, PHONE
from browser.python_edits import drawn_face, edited_photo, largest_difference
from PIL import Image

from stgan_tf.alignment import Similarity

pytestmark = pytest.mark.slow

EDIT = {"Eyeglasses": 1.25}
ORIENTATION = 0x0112
GPS = 0x8825


def photo_of(height: int, width: int) -> np.ndarray:
    """A drawn face across the photo, with detail that an upsampled picture would lack."""
    face = Image.fromarray(drawn_face(6)).resize((width, height), Image.Resampling.BICUBIC)
    rows, columns = np.mgrid[:height, :width]
    detail = 25 * np.sign(np.sin(columns / 2) * np.sin(rows / 2))[..., None]
    return np.uint8(np.clip(np.asarray(face, float) + detail, 0, 255))


def framed(height: int, width: int) -> Similarity:
    """Where the page first puts a photo: it covers CelebA's crop, middle on middle."""
    scale = 170 / min(height, width)
    middle = complex((width - 1) / 2, (height - 1) / 2)
    return Similarity(complex(scale), complex(3 + 84.5, 26 + 84.5) - scale * middle)


def use(page, path) -> None:
    page.open_framing(path)
    page.click("#framing-done")
    page.wait(lambda: page.label().startswith("Your photo"), "The photo is not shown")
    page.until_edited()


@pytest.mark.parametrize(
    "height, width, screen",
    [
        (150, 140, PHONE),
        (500, 640, PHONE),
        (500, 640, DESKTOP),
        (1500, 2000, PHONE),
        (1500, 2000, DESKTOP),
    ],
    ids=["small", "0.3 MP", "0.3 MP, desktop", "3 MP", "3 MP, desktop"],
)
def test_the_edit_is_added_to_the_photo_as_python_does(
    page, site, quickstart_models, tmp_path, height, width, screen
):
    page.resize(screen)
    page.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "saved"))
    photo = photo_of(height, width)
    Image.fromarray(photo).save(tmp_path / "party.png")
    page.open_ready(site.url).choose_precision("float32")
    use(page, tmp_path / "party.png")
    for name, value in EDIT.items():
        page.move_slider(name, value)
    expected = edited_photo(quickstart_models, "float32", photo, framed(height, width), EDIT)
    changed = np.any(expected != photo, axis=-1)
    assert changed.mean() > 0.05
    if max(height, width) <= 1024:
        assert largest_difference(page.picture(), expected) <= 2
    page.save()
    saved = tmp_path / "saved" / "edited-party.png"
    page.wait(saved.is_file, "Nothing was saved")
    with Image.open(saved) as image:
        pixels = np.array(image.convert("RGB"))
    assert largest_difference(pixels, expected) <= 2
    # The model sees a square in the middle.
    rest = (np.s_[:, : (width - height) // 2 - 1], np.s_[: (height - width) // 2 - 1])[
        height > width
    ]
    assert photo[rest].size and (pixels[rest] == photo[rest]).all()
    page.resize(PHONE)


def test_a_photo_without_colour_stays_so(page, site, quickstart_models, tmp_path):
    photo = np.repeat(photo_of(300, 260)[..., :1], 3, axis=2)
    Image.fromarray(photo).save(tmp_path / "grey.png")
    page.open_ready(site.url).choose_precision("float32")
    use(page, tmp_path / "grey.png")
    page.move_slider("Eyeglasses", 1.25)
    expected = edited_photo(quickstart_models, "float32", photo, framed(300, 260), EDIT)
    assert largest_difference(page.picture(), expected) <= 2
    assert (expected[..., 0] == expected[..., 2]).all() and (expected != photo).any()


def test_jpegs_are_saved_upright_and_without_where_they_were_taken(page, site, tmp_path):
    page.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "saved"))
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was held upright: turn it clockwise
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 8.0, 0.0), 3: "E", 4: (11.0, 34.0, 0.0)})
    upright = Image.fromarray(photo_of(400, 300))
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    turned.save(tmp_path / "holiday.jpg", quality=95, exif=exif)
    page.open_ready(site.url)
    use(page, tmp_path / "holiday.jpg")
    assert page.picture().shape == (400, 300, 3)
    page.click("#save")
    dialog = page.element("#saving").text
    assert "300 × 400 pixels" in dialog and "Location, date" in dialog
    assert page.element("input[name='format'][value='image/jpeg']").is_selected()
    page.click("#saving-close")
    sizes = {}
    for quality in (60, 95):
        page.save("image/jpeg", quality)
        saved = tmp_path / "saved" / "edited-holiday.jpg"
        page.wait(saved.is_file, "Nothing was saved")
        with Image.open(saved) as image:
            assert image.format == "JPEG" and image.size == (300, 400)
            assert not image.getexif() and "exif" not in image.info
            difference = np.abs(np.asarray(image, float) - np.asarray(upright, float)).mean()
        assert difference < 12
        sizes[quality] = saved.stat().st_size
        saved.unlink()
    assert sizes[60] < 0.7 * sizes[95]
    page.driver.refresh()  # the choice is remembered
    page.until_edited().click("#save")
    assert page.element("input[name='format'][value='image/jpeg']").is_selected()
    assert page.element("#quality").get_property("value") == "95"
    page.click("#saving-close")


def test_a_small_face_is_shown_close_up_and_in_the_whole_photo(
    page, site, quickstart_models, tmp_path
):
    photo = photo_of(500, 640)
    Image.fromarray(photo).save(tmp_path / "party.png")
    page.open_ready(site.url).choose_precision("float32")
    use(page, tmp_path / "party.png")
    assert not page.element("#close-up").is_displayed()
    page.click("#reframe")
    for _ in range(18):
        page.element("#framing-canvas").send_keys("+")
    page.click("#framing-done")
    page.wait(lambda: page.element("#close-up").is_displayed(), "No close-up")
    page.move_slider("Eyeglasses", 1.25)
    near = page.picture()
    middle = complex(3 + 84.5, 26 + 84.5)
    first = framed(500, 640)
    zoom = 1.08**18
    to_frame = Similarity(first.factor * zoom, (first.shift - middle) * zoom + middle)
    expected = edited_photo(quickstart_models, "float32", photo, to_frame, EDIT)
    height, width = near.shape[:2]
    top, left = (500 - height) // 2, (640 - width) // 2
    assert max(height, width) < 400
    part = min(
        (expected[top + dy :, left + dx :][:height, :width] for dy in (0, 1) for dx in (0, 1)),
        key=lambda part: np.abs(part.astype(int) - near).sum(),
    )
    assert largest_difference(near, part) <= 2
    page.click("#close-up")
    page.until_edited()
    assert page.element("#close-up").text == "Close-up"
    assert largest_difference(page.picture(), expected) <= 2
