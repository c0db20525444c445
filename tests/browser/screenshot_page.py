"""Writes the manual's pictures of the mobile page with a trained model.

python tests/browser/screenshot_page.py [--models=runs/NAME/export/litert]    # from the root

writes docs/mobile_light.png and docs/mobile_dark.png, by default with the model in the built page,
which must have been built (cd export/mobile && npm ci && npm run build).
"""

import argparse
import tempfile
from pathlib import Path

from phone_page import PHONE, PhonePage, end_driver, start_driver
from PIL import Image
from static_site import StaticSite

from stgan_tf.attributes import parse_edits
from stgan_tf.runtime.model_description import FILE_NAME, ModelDescription

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "export" / "mobile" / "dist"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--models", type=Path, default=DIST / "models", help="Folder of model.json."
    )
    parser.add_argument("--out_dir", type=Path, default=ROOT / "docs")
    parser.add_argument("--light", nargs=2, default=("7", "Eyeglasses=1"), metavar="FACE EDITS")
    parser.add_argument(
        "--dark", nargs=2, default=("4", "Mouth_Slightly_Open=1"), metavar="FACE EDITS"
    )
    arguments = parser.parse_args()
    names = ModelDescription.read(arguments.models / FILE_NAME).attributes
    if not (DIST / "index.html").is_file():
        raise SystemExit(f"No built page in {DIST}: cd export/mobile && npm ci && npm run build")
    site = StaticSite({"/": DIST, "/models/": arguments.models})
    with tempfile.TemporaryDirectory() as profile:
        driver = start_driver(Path(profile))
        try:
            page = PhonePage(driver)
            for theme in ("light", "dark"):
                face, edits = getattr(arguments, theme)
                # A third less than a phone's pixels: the README shows it small.
                page.resize(PHONE, 1.5, dark=theme == "dark")
                page.open_ready(site.url).choose_face(int(face))
                for name, value in parse_edits(edits, names).items():
                    page.move_slider(name, value)
                # Once from the top, once with the sliders scrolled under the picture.
                down = 0 if theme == "light" else 10_000
                page.driver.execute_script("scrollTo(0, arguments[0])", down)
                page.wait(lambda: _previewed(page), "Not all previews come")
                path = arguments.out_dir / f"mobile_{theme}.png"
                page.screenshot(path)
                with Image.open(path) as picture:
                    # 256 colours: less than half the bytes, no difference to be seen.
                    small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
                small.save(path, optimize=True)
                print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
        finally:
            end_driver(driver)
            site.stop()


def _previewed(page: PhonePage) -> bool:
    """Whether each edit that is in sight has its preview."""
    script = """
    return [...document.querySelectorAll('.edit-tile')].every((tile) => {
      const {left, right, top, bottom} = tile.getBoundingClientRect();
      const seen = right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
      return !seen || tile.classList.contains('ready');
    });
    """
    return page.driver.execute_script(script)


if __name__ == "__main__":
    main()
