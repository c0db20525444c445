"""Photos of 0.3 to 24 megapixels: the face found, edited and saved, in bounded memory."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from browser.phone_page import DESKTOP, PHONE
from browser.python_edits import drawn_face, edited_photo
from PIL import Image

from stgan_tf.alignment import find_faces, frame_similarity

pytestmark = pytest.mark.slow


class Place(NamedTuple):
    """A photo's size, and where a drawn face of 218 x 178 pixels times `scale` is in it."""

    height: int
    width: int
    scale: float
    left: int
    top: int


PLACES = {
    "0.3 MP": Place(480, 640, 1.2, 250, 100),
    "3 MP": Place(1500, 2000, 3.0, 900, 400),
    "24 MP": Place(4000, 6000, 6.0, 3400, 900),
}
EDIT = {"Eyeglasses": 1.25}
#: The decoded photo and the canvas of the result take 92 MiB each, and Chromium copies both.
#: Pixels as 64-bit floats alone would take 550.
MOST_MIB = 700


def photo_of(place: Place) -> np.ndarray:
    rows, columns = np.mgrid[: place.height, : place.width].astype(np.float32)
    wall = [120 + 60 * columns / place.width, 140 + 40 * rows / place.height, 150 + 0 * rows]
    photo = np.uint8(np.stack(wall, axis=-1))
    size = (round(178 * place.scale), round(218 * place.scale))
    face = Image.fromarray(drawn_face(3)).resize(size, Image.Resampling.LANCZOS)
    photo[place.top : place.top + size[1], place.left : place.left + size[0]] = face
    return photo


def renderer_peaks(page) -> dict[int, int]:
    """{process: the most memory it has ever used, in MiB} of Chromium's processes."""
    parents, peaks = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text(encoding="utf-8")
        except OSError:
            continue  # it has ended
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        parents[int(folder.name)] = int(fields["PPid"])
        if "VmHWM" in fields:
            peaks[int(folder.name)] = int(fields["VmHWM"].split()[0]) // 1024

    def belongs(process: int) -> bool:
        while process > 1 and process != page.driver.service.process.pid:
            process = parents.get(process, 0)
        return process > 1

    return {process: peak for process, peak in peaks.items() if belongs(process)}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_the_face_is_found_edited_and_saved(page, site, quickstart_models, tmp_path, place):
    page.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "saved"))
    photo = photo_of(place)
    Image.fromarray(photo).save(tmp_path / "photo.png", compress_level=1)
    page.open_ready(site.url).choose_precision("float32")
    before = renderer_peaks(page)
    page.element("#file").send_keys(str(tmp_path / "photo.png"))
    page.wait(lambda: page.label().startswith("Your photo"), "No face is found")
    page.until_edited().move_slider("Eyeglasses", 1.25)
    assert not page.element("#framing").is_displayed()
    assert max(page.picture().shape) <= 1024
    page.resize(DESKTOP)
    page.save()
    saved = tmp_path / "saved" / "edited-photo.png"
    page.wait(saved.is_file, "Nothing was saved")
    page.resize(PHONE)
    after = renderer_peaks(page)
    growth = {process: peak - before.get(process, 0) for process, peak in after.items()}
    assert max(growth.values()) < MOST_MIB, growth
    with Image.open(saved) as image:
        pixels = np.array(image.convert("RGB"))
    (face,) = find_faces(photo, detector="blazeface")
    # Python's result for the part around the face: the rest is the photo itself.
    margin = round(60 * place.scale)
    top, left = place.top - margin, place.left - margin
    bottom = place.top + round(218 * place.scale) + margin
    right = place.left + round(178 * place.scale) + margin
    part = np.s_[top:bottom, left:right]
    landmarks = face.landmarks - (left, top)
    expected = edited_photo(
        quickstart_models, "float32", photo[part], frame_similarity(landmarks), EDIT
    )
    away = np.abs(pixels[part].astype(float) - expected).mean()
    edit = np.abs(photo[part].astype(float) - expected).mean()
    # Browsers shrink photos in their own way, so the landmarks differ by fractions of a pixel.
    assert edit > 0.2 and away < 0.35 * edit, (away, edit)
    pixels[part] = photo[part]
    assert np.array_equal(pixels, photo)
