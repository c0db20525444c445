import dataclasses
import json
import logging
import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.image_cache import open_cache
from stgan_tf.data.pipeline import training_dataset

CONFIG = DataConfig(image_size=8, crop="1,0,10,10", horizontal_flip=True)


def pixels_of(path):
    with Image.open(path) as image:
        return np.asarray(image)


def assert_trained_alike(table, config, cached, iterations):
    """Both configurations give the same batches to the bit."""
    settings = {"batch_size": 4, "batches_per_iteration": 2, "seed": 3}
    plain, other = (
        training_dataset(table, each, **settings).take(iterations).as_numpy_iterator()
        for each in (config, cached)
    )
    for left, right in zip(plain, other, strict=True):
        for key, values in left.items():
            np.testing.assert_array_equal(values, right[key], err_msg=key)


@pytest.mark.parametrize("box", ["1,0,10,10", "none"])
@pytest.mark.parametrize("kind", ["memory", "file"])
def test_cached_training_equals_uncached(make_table, tmp_path, box, kind):
    table = make_table(9)
    config = dataclasses.replace(CONFIG, crop=box)
    cached = dataclasses.replace(
        config, cache="memory" if kind == "memory" else str(tmp_path / "cache" / "images.u8")
    )
    assert_trained_alike(table, config, cached, iterations=5)


def test_no_cache(make_table):
    assert open_cache(make_table(1), CONFIG) is None


def test_file_is_reused_and_rebuilt_when_it_does_not_match(make_table, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    table = make_table(5)
    path = tmp_path / "images.u8"
    config = dataclasses.replace(CONFIG, cache=str(path))
    crops = open_cache(table, config)
    np.testing.assert_array_equal(crops.pixels[3], pixels_of(table.paths[3])[1:11, 0:10])
    assert path.stat().st_size == 5 * 10 * 10 * 3
    assert json.loads((tmp_path / "images.u8.json").read_text())["shape"] == [5, 10, 10, 3]

    made = path.stat().st_ino
    open_cache(table, config)
    assert path.stat().st_ino == made and not caplog.text

    open_cache(table, dataclasses.replace(config, crop="0,0,10,10"))
    assert path.stat().st_ino != made and "different: crop" in caplog.text

    open_cache(table, config)
    Image.new("RGB", (10, 12), (1, 2, 3)).save(table.paths[0])
    os.utime(table.paths[0], ns=(1, 1))
    assert open_cache(table, config).pixels[0, 0, 0].numpy().tolist() == [1, 2, 3]
    assert "different: files" in caplog.text

    path.write_bytes(b"short")
    open_cache(table, config)
    assert "wrong size" in caplog.text
    (tmp_path / "images.u8.json").unlink()
    open_cache(table, config)
    assert "has no images.u8.json" in caplog.text


def test_each_table_in_memory_has_its_own(make_table):
    config = dataclasses.replace(CONFIG, cache="memory")
    for seed in (1, 2):
        table = make_table(2, seed=seed)
        crops = open_cache(table, config).pixels.numpy()
        np.testing.assert_array_equal(crops[1], pixels_of(table.paths[1])[1:11, 0:10])


def test_path_must_be_a_file(make_table, tmp_path):
    with pytest.raises(IsADirectoryError, match="--cache needs a file path"):
        open_cache(make_table(1), dataclasses.replace(CONFIG, cache=str(tmp_path)))


@pytest.mark.parametrize("bad", [0, 3, 4])
def test_unreadable_image_is_named_and_leaves_no_file(make_table, tmp_path, bad):
    table = make_table(5)
    Path(table.paths[bad]).write_text("<html>")
    config = dataclasses.replace(CONFIG, cache=str(tmp_path / "images.u8"))
    with pytest.raises(ValueError, match="cannot be read: it is not one of") as error:
        open_cache(table, config)
    assert table.paths[bad] in str(error.value)
    assert not list(tmp_path.glob("*.u8*"))


def test_crops_must_be_of_one_size(make_table):
    table = make_table(3)
    Image.new("RGB", (20, 24)).save(table.paths[2])
    config = dataclasses.replace(CONFIG, crop_frame=(12, 10), cache="memory")
    with pytest.raises(ValueError, match="gives 20x20 .*the first image 10x10: --cache needs"):
        open_cache(table, config)


@pytest.fixture
def pictures(make_table):
    """Noise of four sizes: 10x12 (width x height), 9x4, 7x7 and 3x14."""
    table = make_table(4)
    rng = np.random.default_rng(0)
    for path, size in zip(table.paths[1:], [(4, 9), (7, 7), (14, 3)], strict=True):
        Image.fromarray(rng.integers(0, 256, (*size, 3), np.uint8)).save(path)
    return table


@pytest.mark.parametrize("kind", ["memory", "file"])
@pytest.mark.parametrize("resize", ["stretch", "cover", "contain"])
def test_whole_pictures_of_several_sizes(pictures, tmp_path, resize, kind):
    """Cached training equals uncached, with random crops and mirrors of them too."""
    options = {"crop": "none", "resize": resize, "load_size": 11, "horizontal_flip": True}
    config = dataclasses.replace(CONFIG, **options)
    cached = dataclasses.replace(
        config, cache="memory" if kind == "memory" else str(tmp_path / "images.u8")
    )
    assert_trained_alike(pictures, config, cached, iterations=4)


@pytest.mark.parametrize(
    ("resize", "sizes"),
    [
        ("stretch", [(12, 10), (4, 9), (7, 7), (14, 3)]),
        ("cover", [(10, 10), (4, 4), (7, 7), (3, 3)]),
        ("contain", [(12, 12), (9, 9), (7, 7), (14, 14)]),
    ],
)
def test_what_is_kept_of_whole_pictures(pictures, tmp_path, caplog, resize, sizes):
    caplog.set_level(logging.WARNING)
    path = tmp_path / "images.u8"
    config = dataclasses.replace(CONFIG, crop="none", resize=resize, cache=str(path))
    kept = open_cache(pictures, config)
    assert kept.sizes.tolist() == [list(size) for size in sizes] and not kept.is_array
    assert path.stat().st_size == 3 * sum(height * width for height, width in sizes)
    rule = config.crop_rule
    for index, name in enumerate(pictures.paths):
        pixels = pixels_of(name)
        expected = rule.square_of(*pixels.shape[:2]).cut(pixels)
        np.testing.assert_array_equal(kept.picture(tf.constant(index, tf.int64)), expected)
    made = path.stat().st_ino
    # What is done after it needs no other cache.
    open_cache(pictures, dataclasses.replace(config, load_size=30, horizontal_flip=False))
    assert path.stat().st_ino == made and not caplog.text
    other = "contain" if resize != "contain" else "cover"
    open_cache(pictures, dataclasses.replace(config, resize=other))
    assert path.stat().st_ino != made and "different: crop, shape" in caplog.text


def test_an_unreadable_picture_among_whole_ones_is_named(pictures, tmp_path):
    path = Path(pictures.paths[2])
    path.write_bytes(path.read_bytes()[:-40])  # its header can be read
    config = dataclasses.replace(CONFIG, crop="none", cache=str(tmp_path / "images.u8"))
    with pytest.raises(ValueError, match="cannot be read") as error:
        open_cache(pictures, config)
    assert str(path) in str(error.value) and not list(tmp_path.glob("*.u8*"))
