"""Crops that stgan_tf.frame takes, for the mobile page's unit tests.

python tests/browser/frame_fixture.py     # from the repository's root

writes export/mobile/test/fixtures/frames.json; test_frame_fixture.py tells when it is stale.
"""

import json
import sys
from pathlib import Path

from stgan_tf.frame import CELEBA_CROP, CELEBA_FRAME, OFFICIAL_CROP_64, ModelFrame, Size
from stgan_tf.images import CropBox

PATH = Path(__file__).resolve().parents[2] / "export/mobile/test/fixtures/frames.json"
FRAMES = (
    (CELEBA_CROP, CELEBA_FRAME),
    (OFFICIAL_CROP_64, CELEBA_FRAME),
    (CropBox(13, 2, 85, 85), Size(109, 89)),
    (CropBox(7, 11, 50, 61), Size(97, 131)),
)
#: Sides of images in 1 / 218 of the frame's height; some give halves to round.
SCALES = (40, 64, 78, 109, 128, 157, 200, 218, 327, 436, 545, 872, 1090, 3000)


def fixture() -> list[dict]:
    """Each crop with images of its frame's shape, and others a pixel or two off: their boxes, null
    for those that are not of the shape.
    """
    rows = []
    for box, frame in FRAMES:
        rule = ModelFrame(box, frame, None).rule(0)
        sizes = [(round(scale * frame.height / 218), scale * frame.width / 218) for scale in SCALES]
        sizes = [
            (height, round(width) + shift) for height, width in sizes for shift in (-2, -1, 0, 1, 2)
        ]
        sizes = [(height, width) for height, width in sizes if height != width]
        images = [[*size, rule.find(*size)] for size in sizes]
        rows.append({"box": box, "frame": frame, "images": images})
    return json.loads(json.dumps(rows))


def main() -> None:
    PATH.write_text(json.dumps(fixture()) + "\n", encoding="utf-8")
    print(PATH)


if __name__ == "__main__":
    sys.exit(main())
