"""A photo of 24 megapixels: its face found, edited and saved at full size, in bounded memory."""

from pathlib import Path

import numpy as np
import pytest
from browser.phone_page import DESKTOP, PHONE
from browser.python_edits import drawn_face, edited_photo
from PIL import Image

from stgan_tf.alignment import find_faces, frame_similarity

pytestmark = pytest.mark.slow

HEIGHT, WIDTH = 4000, 6000
SCALE, LEFT, TOP = 6.0, 3400, 900
EDIT = {"Eyeglasses": 1.25}
#: The decoded photo and the canvas of the result take 92 MiB each, and Chromium copies both.
#: Pixels as 64-bit floats alone would take 550.
MOST_MIB = 700


def large_photo() -> np.ndarray:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    wall = [120 + 60 * columns / WIDTH, 140 + 40 * rows / HEIGHT, 150 + 0 * rows]
    photo = np.uint8(np.stack(wall, axis=-1))
    size = (round(178 * SCALE), round(218 * SCALE))
    face = Image.fromarray(drawn_face(3)).resize(size, Image.Resampling.LANCZOS)
    photo[TOP : TOP + size[1], LEFT : LEFT + size[0]] = face
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


def test_24_megapixels(page, site, quickstart_models, tmp_path):
    page.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "saved"))
    photo = large_photo()
    Image.fromarray(photo).save(tmp_path / "large.png", compress_level=1)
    page.open_ready(site.url).choose_precision("float32")
    before = renderer_peaks(page)
    page.element("#file").send_keys(str(tmp_path / "large.png"))
    page.wait(lambda: page.label().startswith("Your photo"), "No face is found")
    page.until_edited().move_slider("Eyeglasses", 1.25)
    assert not page.element("#framing").is_displayed()
    assert max(page.picture().shape) == 1024
    page.resize(DESKTOP)
    page.save()
    saved = tmp_path / "saved" / "edited-large.png"
    page.wait(saved.is_file, "Nothing was saved")
    page.resize(PHONE)
    after = renderer_peaks(page)
    growth = {process: peak - before.get(process, 0) for process, peak in after.items()}
    assert max(growth.values()) < MOST_MIB, growth
    with Image.open(saved) as image:
        pixels = np.array(image.convert("RGB"))
    (face,) = find_faces(photo, detector="blazeface")
    # Python's result for the part around the face: the rest is the photo itself.
    margin = round(60 * SCALE)
    part = np.s_[
        TOP - margin : TOP + round(218 * SCALE) + margin,
        LEFT - margin : LEFT + round(178 * SCALE) + margin,
    ]
    landmarks = face.landmarks - (LEFT - margin, TOP - margin)
    expected = edited_photo(
        quickstart_models, "float32", photo[part], frame_similarity(landmarks), EDIT
    )
    away = np.abs(pixels[part].astype(float) - expected).mean()
    edit = np.abs(photo[part].astype(float) - expected).mean()
    # Browsers shrink photos in their own way, so the landmarks differ by fractions of a pixel.
    assert edit > 0.2 and away < 0.35 * edit, (away, edit)
    pixels[part] = photo[part]
    assert np.array_equal(pixels, photo)
