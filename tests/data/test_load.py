import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stgan_tf.data.load import load_all, load_split

SPLITS = ("train", "validation", "test")


def test_splits_cover_all_once(celeba_folder):
    config = celeba_folder(20, attributes=("Young", "Bald"), split_fractions=(0.5, 0.25, 0.25))
    tables = [load_split(config, split) for split in SPLITS]
    assert [len(table) for table in tables] == [10, 5, 5]
    everything = load_all(config)
    paths = sorted(path for table in tables for path in table.paths)
    assert paths == sorted(everything.paths) and len(set(paths)) == 20
    # Written in the order Bald, Bangs, Young from this generator.
    attributes = np.random.default_rng(1).integers(0, 2, (20, 3), dtype=np.uint8)
    assert everything.names == ("Young", "Bald")
    np.testing.assert_array_equal(everything.attributes, attributes[:, [2, 0]])


def test_unknown_names(celeba_folder):
    with pytest.raises(ValueError, match="Nearest: Bald"):
        load_all(celeba_folder(attributes=("Bold",)))
    with pytest.raises(ValueError, match="'training'"):
        load_split(celeba_folder(), "training")


def test_skip_bad_images_drops_missing_truncated_and_small(celeba_folder, caplog):
    config = celeba_folder(10, crop="1,1,8,8", skip_bad_images=True)
    folder = Path(config.data_dir) / "img_align_celeba"
    (folder / "000001.png").unlink()
    data = (folder / "000002.png").read_bytes()
    (folder / "000002.png").write_bytes(data[: len(data) // 2])
    Image.new("RGB", (9, 8)).save(folder / "000003.png")
    (folder / "000004.png").write_text("<html>")
    with caplog.at_level(logging.WARNING):
        table = load_all(config)
    assert [Path(path).stem for path in table.paths] == [f"{i:06d}" for i in range(5, 11)]
    assert "1 of 10" in caplog.text and "3 of 9" in caplog.text


def test_splits_stay_when_images_are_dropped(celeba_folder):
    config = celeba_folder(20, skip_bad_images=True, split_fractions=(0.5, 0.25, 0.25))
    before = load_split(config, "test").paths
    Path(load_split(config, "train").paths[0]).unlink()
    assert load_split(config, "test").paths.tolist() == before.tolist()


def test_nothing_left(celeba_folder):
    config = celeba_folder(3, skip_bad_images=True, crop="0,0,50,50")
    with pytest.raises(ValueError, match="No usable image"):
        load_all(config)
