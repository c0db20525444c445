"""What --dry_run finds in a data folder."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.overview import look_at


def resized(celeba_folder, sizes, **config):
    """A folder of CelebA's layout whose images have `sizes` (width, height), repeated."""
    data = celeba_folder(20, crop="celeba", **config)
    rng = np.random.default_rng(0)
    folder = f"{data.data_dir}/img_align_celeba"
    for number in range(20):
        width, height = sizes[number % len(sizes)]
        pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
        Image.fromarray(pixels).save(f"{folder}/{number + 1:06d}.png")
    return data


def test_counts_sizes_and_crops(celeba_folder):
    data = resized(celeba_folder, [(89, 109)])
    recorded, lines = look_at(data)
    assert recorded == dataclasses.replace(data, crop_frame=(109, 89))
    assert lines == [
        f"Data: 20 images in {data.data_dir}: train 18, validation 1, test 1.",
        "  89x109 (width x height), 18 of 18 checked: the crop 85x85 at row 13, column 2, "
        "resized to 8x8.",
    ]


def test_several_scales_and_square_images(celeba_folder):
    lines = look_at(resized(celeba_folder, [(178, 218), (64, 64)]))[1]
    assert any("178x218" in line and "170x170 at row 26, column 3" in line for line in lines)
    assert any("64x64 (width x height)" in line and ": whole" in line for line in lines)


def test_what_becomes_of_whole_pictures(celeba_folder):
    data = resized(celeba_folder, [(89, 109)])
    filled = dataclasses.replace(data, crop="none", resize="contain", load_size=10)
    assert look_at(filled)[1][1] == (
        "  89x109 (width x height), 18 of 18 checked: whole, padded to 109x109, resized to "
        "10x10, random squares of 8x8."
    )
    middle = dataclasses.replace(data, crop="none", resize="cover")
    assert "the crop 89x89 at row 10, column 0, resized to 8x8." in look_at(middle)[1][1]


def test_an_image_that_does_not_fit_is_named_as_in_training(celeba_folder):
    data = resized(celeba_folder, [(89, 109), (89, 109), (100, 109)])
    with pytest.raises(ValueError, match=r"\.png is 100x109 .*but must be 178x218"):
        look_at(data)
    lines = look_at(dataclasses.replace(data, skip_bad_images=True))[1]
    assert any("would be dropped" in line for line in lines)


def test_splits_that_training_needs_must_have_images(celeba_folder):
    data = resized(celeba_folder, [(50, 50)], split_fractions=(0.5, 0.0, 0.5))
    assert "validation 0" in look_at(data)[1][0]
    with pytest.raises(ValueError, match="no validation images"):
        look_at(data, needed=("train", "validation"))


def test_missing_folders_and_none(tmp_path):
    with pytest.raises(FileNotFoundError, match="is not a folder"):
        look_at(DataConfig(data_dir=str(tmp_path / "gone")))
    assert look_at(DataConfig())[1] == ["Data: not checked, because no --data_dir was given."]
