"""Whole pictures edited by stgan_tf.editing.full_size, for the mobile page's unit tests.

python tests/browser/full_size_fixture.py     # from the repository's root

writes export/mobile/test/fixtures/full-size.json; test_full_size_fixture.py tells when it is stale.
"""

import json
import sys
from pathlib import Path

import numpy as np

from stgan_tf.editing.full_size import put_back, view_of

PATH = Path(__file__).resolve().parents[2] / "export/mobile/test/fixtures/full-size.json"
SIZE = 12
#: Height, width, rule, whether in colour: wide and tall, larger and smaller than the view.
CASES = (
    (26, 41, "contain", True),
    (37, 20, "cover", True),
    (30, 24, "stretch", True),
    (9, 8, "", True),
    (21, 33, "contain", False),
)


def fixture() -> list[dict]:
    """Pictures with edges and noise; edits that depend on the colour, and some that clip."""
    rng = np.random.default_rng(5)
    return [_case(rng, *case) for case in CASES]


def _case(rng, height: int, width: int, resize: str, coloured: bool) -> dict:
    rows, columns = np.mgrid[:height, :width]
    sky = (rows < height * 0.4 + 3 * np.sin(columns / 5))[..., None]
    picture = np.where(sky, (120, 170, 230), (70, 140, 40)) + rng.normal(0, 18, (height, width, 3))
    picture = np.uint8(np.clip(picture, 0, 255))
    if not coloured:
        picture = np.repeat(picture[..., :1], 3, axis=2)
    view = view_of(picture, SIZE, resize)
    shown = view.pixels.astype(float)
    unedited = np.uint8(np.clip(shown + rng.normal(2, 3, shown.shape), 0, 255))
    snow = shown + (255 - shown) * np.clip((200 - shown[..., 2:]) / 120, 0, 1)
    edited = np.uint8(np.clip(snow + rng.normal(2, 3, shown.shape), 0, 255))
    result = put_back(picture, view, edited, unedited)
    return {
        "height": height,
        "width": width,
        "resize": resize,
        "picture": picture.ravel().tolist(),
        "view": view.pixels.ravel().tolist(),
        "part": list(view.part),
        "edited": edited.ravel().tolist(),
        "unedited": unedited.ravel().tolist(),
        "result": result.ravel().tolist(),
    }


def main() -> None:
    PATH.write_text(json.dumps(fixture()) + "\n", encoding="utf-8")
    print(PATH)


if __name__ == "__main__":
    sys.exit(main())
