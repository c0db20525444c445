"""Loads the images of a split, with the attributes to edit, from a DataConfig for the pipelines."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.data.complementary_labels import warn_of_complementary
from stgan_tf.data.image_sources import readable
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.splits import SPLITS, assign_splits, indices_of
from stgan_tf.sources.attribute_files import read_attribute_file
from stgan_tf.sources.domains import require_images_of
from stgan_tf.sources.folder import find_attribute_file, find_images, find_partition_file
from stgan_tf.sources.registry import as_folder


def load_split(config: DataConfig, split: str, decode: bool = True) -> ImageTable:
    """The images of `split` ("train", "validation" or "test") in list order: full paths and the
    columns config.attributes. Raises ValueError for unreadable files and FileNotFoundError for
    missing ones, or drops them with config.skip_bad_images (`image_sources.readable`). With
    `decode` False, no image is decoded for this check.
    """
    return load_splits(config, (split,), decode)[0]


def load_splits(config: DataConfig, splits: Sequence[str], decode: bool = True) -> list[ImageTable]:
    """Like `load_split`, for several splits: reads the list and reports missing files once. Warns
    about labels to train on of which one is always the opposite of another.
    """
    for split in splits:
        if split not in SPLITS:
            raise ValueError(f"The split must be one of {', '.join(SPLITS)}. Received: {split!r}.")
    has_domains = config.has_domains
    config = as_folder(config)
    attribute_file = find_attribute_file(config)
    listed = read_attribute_file(attribute_file, config.attributes)
    partition_file = find_partition_file(config, attribute_file)
    domains = None
    if has_domains and config.split == "fractions":
        domains = _domains(attribute_file, config.domains)
    assigned = assign_splits(listed.paths, config, partition_file, domains)
    if has_domains and config.split == "partition":
        for split in splits:
            require_images_of(split, assigned, Path(config.image_dir))
    indices = [indices_of(assigned, split, config, partition_file) for split in splits]
    table, found = _with_files(listed, config)
    if "train" in splits and not config.exclusive_attributes:
        warn_of_complementary(listed.select(indices[splits.index("train")]))
    return [
        _readable(table.select(rows[found[rows]]), config, split, decode)
        for split, rows in zip(splits, indices, strict=True)
    ]


def load_all(config: DataConfig) -> ImageTable:
    """Like `load_split`, for the images of all splits."""
    config = as_folder(config)
    listed = read_attribute_file(find_attribute_file(config), config.attributes)
    table, found = _with_files(listed, config)
    return _readable(table.select(found), config, "any split")


def _domains(attribute_file: Path, names: Sequence[str]) -> np.ndarray:
    """(N,) str: the domain of each listed image, one of `names`."""
    labels = read_attribute_file(attribute_file, names).attributes
    return np.array(names)[labels.argmax(axis=1)]


def _with_files(listed: ImageTable, config: DataConfig) -> tuple[ImageTable, np.ndarray]:
    """Locates the files of the whole list, so that the first error names everything that is
    missing.
    """
    paths, found = find_images(listed.paths, config)
    return dataclasses.replace(listed, paths=paths), found


def _readable(table: ImageTable, config: DataConfig, split: str, decode: bool = True) -> ImageTable:
    if decode or not config.skip_bad_images:
        table = readable(table, config)
    if len(table) == 0:
        raise ValueError(f"No usable images are left in {split} of {config.data_dir}.")
    return table
