import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from stgan_tf.frame import CELEBA_CROP, OFFICIAL_CROP_64, parse_crop
from stgan_tf.images import (
    CropBox,
    bicubic_matrix,
    crop,
    resize_bicubic,
    resize_bicubic_numpy,
    save_png,
    tile_images,
    to_float,
    to_uint8,
    to_uint8_tensor,
)


def test_value_range_worked_values():
    floats = to_float(np.array([0, 255, 51], np.uint8))
    np.testing.assert_allclose(floats, [-1, 1, -0.6], atol=1e-7)
    assert floats.dtype == np.float32
    # (x+1)/2*255 = 0, 255, 127.5, clipped low, clipped high: the fraction is cut off
    pixels = to_uint8(np.array([-1, 1, 0, -1.5, 1.5], np.float32))
    assert pixels.tolist() == [0, 255, 127, 0, 255] and pixels.dtype == np.uint8


def test_round_trip_loses_at_most_one_level():
    levels = np.arange(256, dtype=np.uint8)
    difference = levels.astype(int) - to_uint8(to_float(levels))
    assert set(difference) <= {0, 1}  # truncation of a float just below the level


def test_to_uint8_in_a_graph_is_equal_to_the_bit():
    values = np.linspace(-1.3, 1.3, 300_001, dtype=np.float32)
    values = np.concatenate([values, to_float(np.arange(256, dtype=np.uint8))])
    np.testing.assert_array_equal(to_uint8_tensor(values).numpy(), to_uint8(values))


def test_to_uint8_refuses_nan():
    with pytest.raises(ValueError, match="finite"):
        to_uint8(np.array([np.nan], np.float32))


def test_crop_presets():
    assert parse_crop("celeba", 64) == CELEBA_CROP == (26, 3, 170, 170)
    assert parse_crop("official", 64) == OFFICIAL_CROP_64 == (40, 15, 148, 148)
    assert parse_crop("official", 128) == CELEBA_CROP
    assert parse_crop("none", 128) is None
    assert parse_crop("1, 2,3,4", 128) == CropBox(1, 2, 3, 4)


@pytest.mark.parametrize("text", ["", "celebA", "1,2,3", "1,2,3,4,5", "a,b,c,d", "-1,0,5,5"])
def test_crop_errors_name_the_text(text):
    with pytest.raises(ValueError, match="--crop") as error:
        parse_crop(text, 128)
    assert repr(text) in str(error.value)


def test_crop_outside_is_an_error_not_a_smaller_image():
    image = np.zeros((218, 178, 3), np.uint8)
    assert crop(image, CELEBA_CROP).shape == (170, 170, 3)
    assert crop(image, CropBox(48, 8, 170, 170)).shape == (170, 170, 3)  # touches the border
    with pytest.raises(ValueError, match="218x178"):
        crop(image, CropBox(49, 8, 170, 170))


@given(st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_bicubic_rows_sum_to_one(input_size, output_size):
    matrix = bicubic_matrix(input_size, output_size)
    assert matrix.shape == (output_size, input_size)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-6)


def test_bicubic_half_positions_worked_by_hand():
    # 4 -> 8: output 3 samples position 1.5; taps of A = -0.75 at distances 1.5, .5, .5, 1.5.
    np.testing.assert_allclose(bicubic_matrix(4, 8)[3], [-0.09375, 0.59375, 0.59375, -0.09375])


@given(st.integers(4, 40), st.integers(4, 40), st.sampled_from([4, 8, 16, 33]), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_tensorflow_and_numpy_agree(height, width, size, seed):
    images = np.random.default_rng(seed).integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    with_tensorflow = resize_bicubic(images, size).numpy()
    with_numpy = resize_bicubic_numpy(images, size)
    assert with_tensorflow.dtype == with_numpy.dtype == np.float32
    np.testing.assert_allclose(with_tensorflow, with_numpy, atol=1e-5)
    assert np.abs(with_numpy).max() <= 1


@pytest.mark.parametrize("resize", [resize_bicubic, resize_bicubic_numpy])
@pytest.mark.parametrize("size", [64, 128, 256, 384])
@pytest.mark.parametrize("cropped", [True, False])
def test_resize_equals_official(official_dir, resize, size, cropped):
    with np.load(official_dir / "preprocess" / "expected.npz") as file:
        expected = dict(file)
    box = parse_crop("official" if cropped else "none", size)
    image = crop(expected["decoded_jpg"], box)
    actual = np.asarray(resize(image[None], size))[0]
    name = f"jpg_{size}_{'crop' if cropped else 'nocrop'}"
    assert np.abs(actual - expected[name]).max() <= 1e-5


def test_tiles_are_where_they_belong():
    images = [np.full((2, 3, 3), value, np.uint8) for value in (10, 20, 30, 40)]
    grid = tile_images([images[:2], images[2:]], separator=1, separator_value=7)
    assert grid.shape == (5, 7, 3) and grid.dtype == np.uint8
    assert grid[0, :, 0].tolist() == [10, 10, 10, 7, 20, 20, 20]
    assert grid[2, :, 0].tolist() == [7] * 7
    assert grid[4, :, 0].tolist() == [30, 30, 30, 7, 40, 40, 40]
    assert tile_images([images], separator=0).shape == (2, 12, 3)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [[np.zeros((2, 2, 3), np.uint8)], []],
        [[np.zeros((2, 2, 3), np.uint8), np.zeros((3, 2, 3), np.uint8)]],
        [[np.zeros((2, 2, 3), np.float32)]],
    ],
)
def test_tile_errors(rows):
    with pytest.raises(ValueError, match="A grid needs"):
        tile_images(rows)


def test_save_png(tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (5, 4, 3), dtype=np.uint8)
    save_png(tmp_path / "new" / "a.png", image)
    with Image.open(tmp_path / "new" / "a.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), image)
    with pytest.raises(ValueError, match="to_uint8"):
        save_png(tmp_path / "b.png", image.astype(np.float32))
    assert [path.name for path in tmp_path.rglob("*.png")] == ["a.png"]
