"""Values of stgan_tf.images for the mobile page's unit tests.

python tests/browser/bicubic_fixture.py     # from the repository's root

writes export/mobile/test/fixtures/bicubic.json; test_bicubic_fixture.py tells when it is stale.
"""

import json
import sys
from pathlib import Path

import numpy as np

from stgan_tf.images import bicubic_matrix, resize_bicubic_numpy, to_uint8

PATH = Path(__file__).resolve().parents[2] / "export/mobile/test/fixtures/bicubic.json"
#: (from, to): CelebA's crop to the usual sizes, the official 64 px crop, enlarging, no change.
MATRICES = ((170, 64), (170, 128), (148, 64), (170, 256), (64, 64), (7, 3))
SIZES = (5, 16)


def fixture() -> dict:
    """Small images resized, rows of the matrices, floats as 8-bit values."""
    image = np.random.default_rng(0).integers(0, 256, (10, 12, 3), dtype=np.uint8)
    floats = np.concatenate([np.linspace(-1.2, 1.2, 97), np.arange(256) / 127.5 - 1])
    floats = floats.astype(np.float32)
    return {
        "made_by": "python tests/browser/bicubic_fixture.py",
        "image": {"height": 10, "width": 12, "data": image.ravel().tolist()},
        "resized": {
            str(size): [round(float(x), 7) for x in resize_bicubic_numpy(image, size).ravel()]
            for size in SIZES
        },
        "matrices": [
            {
                "from": before,
                "to": after,
                "rows": {
                    str(row): {
                        str(column): float(matrix[row, column])
                        for column in np.flatnonzero(matrix[row])
                    }
                    for row in sorted({0, 1, after // 3, after // 2, after - 1})
                },
            }
            for before, after in MATRICES
            for matrix in [bicubic_matrix(before, after)]
        ],
        "floats": floats.tolist(),
        "bytes": to_uint8(floats).tolist(),
    }


def main() -> None:
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(json.dumps(fixture()) + "\n", encoding="utf-8")
    print(PATH)


if __name__ == "__main__":
    sys.exit(main())
