"""Small data sets for the data tests: noise images, so that a mixed-up row never looks right."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.image_table import ImageTable
from stgan_tf.sources.attribute_files import write_attribute_file

NAMES = ("Bald", "Bangs", "Young")


def write_images(folder: Path, count: int, size=(12, 10), suffix=".png", seed=0) -> list[str]:
    """`count` noise images of `size` (height, width), named 000001 and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    names = [f"{i + 1:06d}{suffix}" for i in range(count)]
    for name in names:
        pixels = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return names


@pytest.fixture
def make_table(tmp_path):
    """make_table(count, ...) -> ImageTable of `count` readable images under tmp_path."""

    def make(count: int, seed: int = 0, **options) -> ImageTable:
        folder = tmp_path / "table"
        names = write_images(folder, count, seed=seed, **options)
        attributes = np.random.default_rng(seed + 1).integers(0, 2, (count, 3), dtype=np.uint8)
        return ImageTable(np.array([str(folder / name) for name in names]), attributes, NAMES)

    return make


@pytest.fixture
def celeba_folder(tmp_path):
    """celeba_folder(count) -> DataConfig of a small folder in CelebA's layout."""

    def make(count: int = 10, image_folder: str = "img_align_celeba", **config) -> DataConfig:
        names = write_images(tmp_path / image_folder, count)
        attributes = np.random.default_rng(1).integers(0, 2, (count, 3), dtype=np.uint8)
        table = ImageTable(np.array(names), attributes, NAMES)
        write_attribute_file(tmp_path / "list_attr_celeba.txt", table)
        defaults = {"attributes": NAMES, "crop": "none", "image_size": 8, "split": "fractions"}
        return DataConfig(data_dir=str(tmp_path), **{**defaults, **config})

    return make
