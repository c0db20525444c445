"""How long the mobile page takes in headless Chromium: start-up and edits.

python tests/browser/measure_page.py [--models=runs/NAME/export/litert]    # from the root

Without --models it makes an untrained model of flags/quickstart.cfg's size. The page must have been
built (cd export/mobile && npm ci && npm run build).
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from phone_page import PhonePage, start_driver
from static_site import StaticSite

from stgan_tf.runtime.model_description import FILE_NAME, ModelDescription

DIST = Path(__file__).resolve().parents[2] / "export" / "mobile" / "dist"
EDITS = 60
_TIME_OF_EDIT = "return document.getElementById('facts').textContent"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, help="Folder of model.json and LiteRT files.")
    arguments = parser.parse_args()
    if not (DIST / "index.html").is_file():
        raise SystemExit(f"No built page in {DIST}: cd export/mobile && npm ci && npm run build")
    with tempfile.TemporaryDirectory() as scratch:
        models = arguments.models or _untrained(Path(scratch) / "models")
        site = StaticSite({"/": DIST, "/models/": models})
        driver = start_driver(Path(scratch) / "profile")
        try:
            _measure(PhonePage(driver), site, ModelDescription.read(models / FILE_NAME))
        finally:
            driver.quit()
            site.stop()


def _untrained(folder: Path) -> Path:
    from untrained_models import QUICKSTART_NETWORKS, write_models

    write_models(folder, QUICKSTART_NETWORKS, image_size=64)
    return folder


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
            text = page.driver.execute_script(_TIME_OF_EDIT)
            times.append(float(text.split("Last edit")[1].split(" ms")[0]))
        times = sorted(times[5:])
        print(
            f"edit, {file.precision} ({file.bytes / 1e6:.1f} MB): median "
            f"{statistics.median(times):.1f} ms, fastest {times[0]:.1f}, slowest {times[-1]:.1f}"
        )


if __name__ == "__main__":
    main()
