import dataclasses
import json
import logging
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.image_cache import open_cache
from stgan_tf.data.pipeline import training_dataset

CONFIG = DataConfig(image_size=8, crop="1,0,10,10", horizontal_flip=True)


def pixels_of(path):
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize("box", ["1,0,10,10", "none"])
@pytest.mark.parametrize("kind", ["memory", "file"])
def test_cached_training_equals_uncached(make_table, tmp_path, box, kind):
    table = make_table(9)
    config = dataclasses.replace(CONFIG, crop=box)
    cached = dataclasses.replace(
        config, cache="memory" if kind == "memory" else str(tmp_path / "cache" / "images.u8")
    )
    settings = {"batch_size": 4, "batches_per_iteration": 2, "seed": 3}
    plain = training_dataset(table, config, **settings).take(5).as_numpy_iterator()
    other = training_dataset(table, cached, **settings).take(5).as_numpy_iterator()
    for left, right in zip(plain, other, strict=True):
        for key, values in left.items():
            np.testing.assert_array_equal(values, right[key], err_msg=key)


def test_no_cache(make_table):
    assert open_cache(make_table(1), CONFIG) is None


def test_file_is_reused_and_rebuilt_when_it_does_not_match(make_table, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    table = make_table(5)
    path = tmp_path / "images.u8"
    config = dataclasses.replace(CONFIG, cache=str(path))
    crops = open_cache(table, config)
    np.testing.assert_array_equal(crops[3], pixels_of(table.paths[3])[1:11, 0:10])
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
    assert open_cache(table, config)[0, 0, 0].numpy().tolist() == [1, 2, 3]
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
        crops = open_cache(table, config).numpy()
        np.testing.assert_array_equal(crops[1], pixels_of(table.paths[1])[1:11, 0:10])


def test_path_must_be_a_file(make_table, tmp_path):
    with pytest.raises(IsADirectoryError, match="--cache needs a file path"):
        open_cache(make_table(1), dataclasses.replace(CONFIG, cache=str(tmp_path)))


@pytest.mark.parametrize("bad", [0, 3, 4])
def test_unreadable_image_is_named_and_leaves_no_file(make_table, tmp_path, bad):
    table = make_table(5)
    Path(table.paths[bad]).write_text("<html>")
    config = dataclasses.replace(CONFIG, cache=str(tmp_path / "images.u8"))
    with pytest.raises(ValueError, match="cannot be read: it is none of") as error:
        open_cache(table, config)
    assert table.paths[bad] in str(error.value)
    assert not list(tmp_path.glob("*.u8*"))


@pytest.mark.parametrize("size", [(9, 12), (30, 30)])
def test_without_a_crop_sizes_must_agree(make_table, size):
    table = make_table(3)
    Image.new("RGB", size).save(table.paths[2])
    with pytest.raises(ValueError, match="the first image 10x12: --cache needs images of one size"):
        open_cache(table, dataclasses.replace(CONFIG, crop="none", cache="memory"))
