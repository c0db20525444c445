"""How long the mobile page takes in headless Chromium: start-up, edits, a photo of 3 megapixels.

python tests/browser/measure_page.py [--models=FOLDER] [--isolated]    # from the root

Without --models it takes the model in the built page. With --isolated the host isolates the page,
so that it may use threads. The page must have been built (cd export/mobile && npm ci &&
npm run build).
"""

import argparse
import re
import statistics
import tempfile
import time
from pathlib import Path

from phone_page import PhonePage, end_driver, start_driver
from PIL import Image
from static_site import ISOLATION, StaticSite

from stgan_tf.runtime.model_description import FILE_NAME, ModelDescription

MOBILE = Path(__file__).resolve().parents[2] / "export" / "mobile"
DIST, SAMPLES = MOBILE / "dist", MOBILE / "public" / "samples"
EDITS = 60
PHOTO = (2000, 1500)
_FACTS = "return document.getElementById('facts').textContent"
# From the slider's move until the edited picture is shown.
_TIMED_EDIT = """
const [slider, value, done] = arguments;
const stage = document.getElementById('stage');
const start = performance.now();
const seen = new MutationObserver(() => {
  if (stage.getAttribute('aria-busy') !== 'false') return;
  seen.disconnect();
  done(performance.now() - start);
});
seen.observe(stage, {attributes: true, attributeFilter: ['aria-busy']});
slider.value = value;
slider.dispatchEvent(new Event('input', {bubbles: true}));
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, help="Folder of model.json and LiteRT files.")
    parser.add_argument("--isolated", action="store_true", help="Lets the page use threads.")
    arguments = parser.parse_args()
    if not (DIST / "index.html").is_file():
        raise SystemExit(f"No built page in {DIST}: cd export/mobile && npm ci && npm run build")
    models = arguments.models or DIST / "models"
    with tempfile.TemporaryDirectory() as scratch:
        site = StaticSite({"/": DIST, "/models/": models})
        site.headers.update(ISOLATION if arguments.isolated else {})
        driver = start_driver(Path(scratch) / "profile")
        try:
            page = PhonePage(driver)
            _measure(page, site, ModelDescription.read(models / FILE_NAME))
            _measure_photo(page, Path(scratch))
        finally:
            end_driver(driver)
            site.stop()


def _measure(page: PhonePage, site: StaticSite, description: ModelDescription) -> None:
    print(page.driver.capabilities["browserVersion"], "Chromium, headless, WebAssembly")
    for visit in ("first visit", "second visit", "without a server"):
        if visit == "without a server":
            site.stop()
        start = time.perf_counter()
        page.open(site.url).until_edited()
        print(f"first edit shown, {visit}: {time.perf_counter() - start:.2f} s")
    site.start()
    for file in description.files:
        if file.role != "edit":
            continue
        page.choose_precision(file.precision)
        times = []
        for edit in range(EDITS):
            page.move_slider(description.attributes[0], (edit % 30) / 20)
            times.append(_model_time(page))
        times = sorted(times[5:])
        print(
            f"edit, {file.precision} ({file.bytes / 1e6:.1f} MB): median "
            f"{statistics.median(times):.1f} ms, fastest {times[0]:.1f}, slowest {times[-1]:.1f}"
        )

    print("running on", re.search(r"Running on\s*([^\n]*?)\s*Last edit", _facts(page), re.S)[1])


def _measure_photo(page: PhonePage, folder: Path) -> None:
    """A drawn face in a photo of 3 megapixels: found, then edited."""
    photo = Image.new("RGB", PHOTO, (150, 165, 180))
    with Image.open(SAMPLES / "face-3.png") as face:
        photo.paste(face.convert("RGB").resize((890, 1090), Image.Resampling.LANCZOS), (600, 200))
    photo.save(folder / "photo.jpg", quality=95)
    start = time.perf_counter()
    page.element("#file").send_keys(str(folder / "photo.jpg"))
    page.wait(lambda: page.label().startswith("Your photo"), "No face is found")
    page.until_edited()
    print(
        f"3-megapixel photo, face found and first edit shown: {time.perf_counter() - start:.2f} s"
    )
    slider = page.elements("input[data-attribute]")[0]
    whole, rest = [], []
    for edit in range(EDITS):
        value = str((edit % 29 + 1) / 20)
        whole.append(page.driver.execute_async_script(_TIMED_EDIT, slider, value))
        rest.append(whole[-1] - _model_time(page))
    print(
        f"edit of it: median {statistics.median(whole[5:]):.0f} ms, of which after the model "
        f"{statistics.median(rest[5:]):.0f} ms (fastest {min(rest[5:]):.0f})"
    )


def _facts(page: PhonePage) -> str:
    return page.driver.execute_script(_FACTS)


def _model_time(page: PhonePage) -> float:
    """Milliseconds that the model took for the last edit."""
    return float(_facts(page).split("Last edit")[1].split(" ms")[0])


if __name__ == "__main__":
    main()
