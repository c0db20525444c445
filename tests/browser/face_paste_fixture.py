"""Faces cut out of photos, and edits pasted back, by stgan_tf.alignment, for the mobile page's unit
tests.

python tests/browser/face_paste_fixture.py     # from the repository's root

writes export/mobile/test/fixtures/face-paste.json; test_face_paste_fixture.py tells when it is
stale. Pixels are in base64.
"""

import base64
import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stgan_tf.alignment import align, cut_patch, frame_similarity, paste
from stgan_tf.alignment.similarity import CANONICAL_POINTS, Similarity
from stgan_tf.frame import CELEBA_CROP, CELEBA_FRAME, Size

PATH = Path(__file__).resolve().parents[2] / "export/mobile/test/fixtures/face-paste.json"
#: Training images at a quarter of CelebA's size keep the photos small.
QUARTER = Size(54, 44)
ARRAYS = ("photo", "patch", "edited", "unedited", "result")
#: (5, 2) x, y of landmarks in CelebA's frame; alignment uses the middle of the mouth.
FRAME_LANDMARKS = np.array(
    [
        *CANONICAL_POINTS[:2],
        (90, 135),
        CANONICAL_POINTS[2] - (16, 0),
        CANONICAL_POINTS[2] + (16, 0),
    ]
)


class Case(NamedTuple):
    """height, width: of the photo. scale: of the face, relative to CelebA's frame. degrees: its
    rotation. middle: of its eyes, x and y as shares of the photo. trained: the model's images.
    """

    height: int
    width: int
    scale: float
    degrees: float
    middle: tuple[float, float]
    side: int
    trained: Size
    coloured: bool = True


CASES = {
    "shrunk": Case(100, 90, 0.5, 12, (0.5, 0.5), 16, QUARTER),
    "enlarged": Case(70, 110, 0.15, -25, (0.3, 0.5), 32, QUARTER),
    "cut by the border": Case(80, 64, 0.3, 4, (0.95, 0.1), 16, QUARTER),
    "upright": Case(64, 72, 0.247706422, 0, (0.5, 0.5), 12, QUARTER),
    "in CelebA's own frame": Case(60, 66, 0.2, 95, (0.5, 0.45), 20, CELEBA_FRAME),
    "without colour": Case(80, 70, 0.35, -8, (0.5, 0.5), 16, QUARTER, coloured=False),
}


def fixture() -> list[dict]:
    rng = np.random.default_rng(6)
    return [{"name": name, **_case(rng, case)} for name, case in CASES.items()]


def _case(rng, case: Case) -> dict:
    photo = _photo(rng, case)
    landmarks = _landmarks(case)
    own = case.trained.height / CELEBA_FRAME.height
    box_height = round(CELEBA_CROP.height * own)
    scale = own * max(1.0, case.side / box_height)
    aligned = align(photo, landmarks, scale)
    patch = cut_patch(aligned, CELEBA_CROP, case.side)
    noise = rng.normal(0, 4, (2, *patch.shape))
    unedited = np.uint8(np.clip(patch + noise[0], 0, 255))
    rows = np.arange(case.side)[:, None, None] / case.side
    change = np.where(rows < 0.5, (60, -40, 20), (-30, 70, -90))
    edited = np.uint8(np.clip(unedited + change + noise[1], 0, 255))
    result = paste(photo, edited, aligned, CELEBA_CROP, unedited=unedited)
    to_frame = frame_similarity(landmarks).enlarged(own)
    arrays = (photo, patch, edited, unedited, result)
    return {
        "height": case.height,
        "width": case.width,
        "side": case.side,
        "trained": list(case.trained),
        "coloured": case.coloured,
        "factor": [to_frame.factor.real, to_frame.factor.imag],
        "shift": [to_frame.shift.real, to_frame.shift.imag],
        **{name: encoded(array) for name, array in zip(ARRAYS, arrays, strict=True)},
    }


def _photo(rng, case: Case) -> np.ndarray:
    """Edges, waves and noise, sharp enough for every filter to matter."""
    rows, columns = np.mgrid[: case.height, : case.width]
    stripes = 50 * np.sign(np.sin(columns / 4 + rows / 7))
    waves = 40 * np.sin(rows / 3)
    channels = (120 + stripes, 130 + waves, 110 + stripes / 2 - waves)
    photo = np.stack(channels, axis=-1) + rng.normal(0, 12, (case.height, case.width, 3))
    photo = np.uint8(np.clip(photo, 0, 255))
    return photo if case.coloured else np.repeat(photo[..., :1], 3, axis=2)


def _landmarks(case: Case) -> np.ndarray:
    factor = case.scale * np.exp(1j * np.radians(case.degrees))
    eyes = complex(*CANONICAL_POINTS[:2].mean(axis=0))
    middle = complex(case.middle[0] * case.width, case.middle[1] * case.height)
    to_photo = Similarity(complex(factor), middle - complex(factor) * eyes)
    return to_photo(FRAME_LANDMARKS)


def encoded(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def decoded(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8)


def main() -> None:
    PATH.write_text(json.dumps(fixture()) + "\n", encoding="utf-8")
    print(PATH)


if __name__ == "__main__":
    sys.exit(main())
