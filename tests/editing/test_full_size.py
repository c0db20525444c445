"""The way back to full size, on changes whose result is known."""

import numpy as np
import pytest

from stgan_tf.editing import full_size
from stgan_tf.editing.full_size import PictureView, put_back, view_of
from stgan_tf.images import CropBox

WHOLE = CropBox(0, 0, 8, 8)


@pytest.fixture
def picture():
    """uint8 (96, 120, 3) of coloured blocks, 12 pixels a side."""
    blocks = np.random.default_rng(0).integers(30, 220, (8, 10, 3), np.uint8)
    return blocks.repeat(12, axis=0).repeat(12, axis=1)


def chequered(low, high):
    """uint8 (8, 8, 3), grey."""
    values = np.where(np.indices((8, 8)).sum(axis=0) % 2, high, low)
    return np.repeat(values[..., None], 3, axis=2).astype(np.uint8)


def differences(one, other):
    return np.abs(one.astype(int) - other)


@pytest.mark.parametrize("resize", ["", "stretch", "contain", "cover"])
def test_a_change_of_colour_comes_back_at_full_size(picture, resize):
    """A negative: nothing of the picture's detail, nor of its blocks' edges, is lost."""
    view = view_of(picture, 16, resize)
    result = put_back(picture, view, 255 - view.pixels, view.pixels)
    assert differences(result, 255 - picture).max() <= 2


def test_the_change_depends_on_the_colour():
    """50 became 60 and 150 became 200: by 10 + 0.4 (v - 50), which of 100 makes 130."""
    view = PictureView(chequered(50, 150), WHOLE)
    picture = np.full((20, 30, 3), 100, np.uint8)
    result = put_back(picture, view, chequered(60, 200), view.pixels)
    assert (result == 130).all()


def test_grey_alpha_and_16_bits_are_kept():
    view = PictureView(chequered(50, 150), WHOLE)
    given = (view, chequered(60, 200), view.pixels)
    assert (put_back(np.full((20, 30), 100, np.uint8), *given) == 130).all()
    with_alpha = np.full((20, 30, 4), (100, 100, 100, 7), np.uint8)
    assert (put_back(with_alpha, *given) == (130, 130, 130, 7)).all()
    with_alpha = np.full((20, 30, 2), (100, 7), np.uint8)
    assert (put_back(with_alpha, *given) == (130, 7)).all()
    deep = put_back(np.full((20, 30, 3), 100 * 257, np.uint16), *given)
    assert deep.dtype == np.uint16
    # Within a quarter of a step of 8 bits: the least variance takes a little of the slope.
    assert differences(deep, 130 * 257).max() <= 64


def test_no_colour_comes_to_a_picture_without():
    """Also where it has three channels: all get the luminance of the change, 0.299 * 100."""
    view = PictureView(np.full((8, 8, 3), 80, np.uint8), WHOLE)
    red = view.pixels + np.uint8((100, 0, 0))
    result = put_back(np.full((20, 30, 3), 80, np.uint8), view, red, view.pixels)
    assert (result == 110).all()


def test_where_nothing_changes_no_pixel_does():
    rng = np.random.default_rng(0)
    again = rng.integers(0, 256, (16, 16, 3), np.uint8)
    for kind, tail in ((np.uint8, (3,)), (np.uint16, (4,)), (np.uint8, ())):
        picture = rng.integers(0, np.iinfo(kind).max, (50, 70, *tail), kind, endpoint=True)
        before = picture.copy()
        result = put_back(picture, view_of(picture, 16, "contain"), again, again)
        np.testing.assert_array_equal(result, before)
        assert result is not picture
        np.testing.assert_array_equal(picture, before)


def test_strips_are_as_one_piece(picture, monkeypatch):
    view = view_of(picture, 16, "contain")
    edited = np.random.default_rng(1).integers(0, 256, (16, 16, 3), np.uint8)
    whole = put_back(picture, view, edited, view.pixels)
    monkeypatch.setattr(full_size, "_STRIP_PIXELS", 7 * picture.shape[1])
    # Pillow's weights are rounded from where the strip starts.
    assert differences(put_back(picture, view, edited, view.pixels), whole).max() <= 1


def test_a_wide_picture_in_a_square():
    """20 x 40 in 16 x 16: all of it is in the middle 8 rows, and those beyond mirror them."""
    picture = np.full((20, 40, 3), 100, np.uint8)
    picture[:10] = 50
    for resize in ("contain", "cover"):
        view = view_of(picture, 16, resize)
        assert view.part == CropBox(4, 0, 8, 16)
        assert (view.pixels[4:6] == 50).all()
        assert (view.pixels[10:12] == 100).all()
        np.testing.assert_array_equal(view.pixels[3], view.pixels[5])
        np.testing.assert_array_equal(view.pixels[12], view.pixels[10])
        # The left half becomes brighter.
        edited = view.pixels.copy()
        edited[:, :8] += 20
        result = put_back(picture, view, edited, view.pixels)
        assert differences(result[:, :10], picture[:, :10] + 20).max() <= 1
        np.testing.assert_array_equal(result[:, 30:], picture[:, 30:])
    assert view_of(picture, 16, "stretch").part == CropBox(0, 0, 16, 16)
    tall = view_of(picture.swapaxes(0, 1), 16, "contain")
    assert tall.part == CropBox(0, 4, 16, 8)


@pytest.mark.parametrize("wrong", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3), np.float32)])
def test_arrays_that_do_not_belong_together(wrong):
    view = PictureView(chequered(50, 150), WHOLE)
    picture = np.zeros((20, 30, 3), np.uint8)
    with pytest.raises(ValueError, match=r"`edited` must be uint8 \(8, 8, 3\).*Received: "):
        put_back(picture, view, wrong, view.pixels)
    with pytest.raises(ValueError, match="`unedited` must be uint8"):
        put_back(picture, view, view.pixels, wrong)
    with pytest.raises(ValueError, match="A photo must be uint8 or uint16"):
        put_back(picture.astype(np.float32), view, view.pixels, view.pixels)
