"""The size of the first image is what --crop was given for."""

import dataclasses
import logging

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.recorded_frame import fitting, rule_of_first, upright_size, with_recorded_frame

CELEBA = DataConfig(image_size=16)
OWN = DataConfig(image_size=16, crop="1,2,20,20")


def paths_of(folder, *sizes):
    """Image files of these (width, height)."""
    paths = [str(folder / f"{number}.png") for number in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        Image.new("RGB", size).save(path)
    return np.array(paths)


@pytest.mark.parametrize(
    ("config", "size"), [(CELEBA, (89, 109)), (CELEBA, (50, 50)), (OWN, (30, 40))]
)
def test_the_first_image_is_recorded(tmp_path, config, size):
    recorded = with_recorded_frame(config, paths_of(tmp_path, size, (7, 9)))
    assert recorded == dataclasses.replace(config, crop_frame=size[::-1])
    assert DataConfig(**dataclasses.asdict(recorded)) == recorded


def test_a_frame_that_is_known_stays(tmp_path):
    config = dataclasses.replace(OWN, crop_frame=(80, 60))
    assert with_recorded_frame(config, paths_of(tmp_path, (30, 40))) is config


@pytest.mark.parametrize("squeezed", [False, True])
def test_whole_images_have_no_frame_and_say_that_they_are_squeezed(tmp_path, caplog, squeezed):
    caplog.set_level(logging.WARNING)
    config = dataclasses.replace(CELEBA, crop="none")
    paths = paths_of(tmp_path, (178, 218) if squeezed else (64, 64))
    assert with_recorded_frame(config, paths) is config
    assert (
        "178x218 (width x height) and is stretched to a square of 16" in caplog.text
    ) is squeezed
    assert ("--crop=celeba" in caplog.text) is squeezed


@pytest.mark.parametrize("resize", ["stretch", "cover", "contain"])
def test_whole_images_with_a_rule_are_no_oversight(tmp_path, caplog, resize):
    caplog.set_level(logging.INFO)
    config = dataclasses.replace(CELEBA, crop="none", resize=resize)
    assert with_recorded_frame(config, paths_of(tmp_path, (178, 218))) is config
    assert not any(record.levelno >= logging.WARNING for record in caplog.records)
    assert ("--resize=cover uses the middle" in caplog.text) is (resize == "stretch")


@pytest.mark.parametrize(
    ("config", "size", "message"),
    [
        (CELEBA, (100, 80), r"0\.png is 100x80 .*178x218.*or square.*--crop="),
        (OWN, (21, 30), r"0\.png is 21x30 .*at least 22x21"),
    ],
)
def test_a_first_image_that_does_not_fit_is_named(tmp_path, config, size, message):
    with pytest.raises(ValueError, match=message):
        with_recorded_frame(config, paths_of(tmp_path, size))


def test_a_first_image_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"\xff\xd8 no image")
    with pytest.raises(ValueError, match=r"a\.jpg cannot be read"):
        with_recorded_frame(CELEBA, np.array([str(path)]))


def test_sizes_are_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg", exif=exif)
    assert upright_size(str(tmp_path / "a.jpg")) == (40, 30)


def test_images_unlike_the_first_are_told(tmp_path):
    paths = paths_of(tmp_path, (30, 40), (60, 80), (40, 40))
    assert fitting(paths, rule_of_first(paths, OWN)).tolist() == [True, True, False]
    assert fitting(paths, CELEBA.crop_rule).tolist() == [False, False, True]
    assert rule_of_first(paths, CELEBA) == CELEBA.crop_rule
    cover = dataclasses.replace(OWN, crop="0,0,20,30", resize="cover")
    assert rule_of_first(paths, cover).box_of(40, 30) == (0, 5, 20, 20)
