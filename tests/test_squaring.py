"""Which part of a picture becomes the square, and what fills it."""

import numpy as np
import pytest

from stgan_tf.images import CropBox
from stgan_tf.squaring import PictureSquare, central_square, reflected


@pytest.mark.parametrize(
    ("length", "side", "expected"),
    [
        (3, 8, [2, 1, 0, 1, 2, 1, 0, 1]),  # two before, three after
        (4, 4, [0, 1, 2, 3]),
        (2, 5, [1, 0, 1, 0, 1]),
        (1, 3, [0, 0, 0]),
    ],
)
def test_pixels_run_back_and_forth_beyond_the_ends(length, side, expected):
    assert reflected(length, side).tolist() == expected


def test_reflection_is_that_of_numpy():
    values = np.random.default_rng(0).integers(0, 256, (5, 11, 3))
    square = PictureSquare.of(CropBox(0, 0, 5, 11), "contain")
    assert square.shown == CropBox(-3, 0, 11, 11)
    expected = np.pad(values, ((3, 3), (0, 0), (0, 0)), mode="reflect")
    np.testing.assert_array_equal(square.cut(values), expected)
    np.testing.assert_array_equal(square.cut(values[None])[0], expected)


def test_the_middle_square_and_what_shows_it():
    part = CropBox(10, 20, 5, 8)
    assert central_square(part) == CropBox(10, 21, 5, 5)
    assert PictureSquare.of(part, "stretch") == PictureSquare(part, part)
    assert not PictureSquare.of(part, "stretch").is_filled
    # Three more rows: one above, two below.
    assert PictureSquare.of(part, "contain") == PictureSquare(part, CropBox(9, 20, 8, 8))
    assert PictureSquare.of(part, "contain").is_filled
    assert not PictureSquare.of(CropBox(0, 0, 8, 8), "contain").is_filled
