"""DataConfig -> the images of a split, with the attributes to edit, ready for the pipelines."""

import dataclasses

import numpy as np

from stgan_tf.attributes import require_known
from stgan_tf.config import DataConfig
from stgan_tf.data.attribute_files import read_attribute_file
from stgan_tf.data.folder import find_attribute_file, find_images, find_partition_file
from stgan_tf.data.image_sources import readable
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.splits import SPLITS, assign_splits, indices_of
from stgan_tf.data.tfds_source import materialise


def load_split(config: DataConfig, split: str) -> ImageTable:
    """The images of `split` ("train", "validation" or "test") in list order: full paths and the
    columns config.attributes. Files that cannot be read are refused, or with
    config.skip_bad_images left out (`image_sources.readable`), as are those that are missing.
    """
    return _load(config, split)


def load_all(config: DataConfig) -> ImageTable:
    """As `load_split`, the images of all splits."""
    return _load(config, None)


def _load(config: DataConfig, split: str | None) -> ImageTable:
    if split is not None and split not in SPLITS:
        raise ValueError(f"The split must be one of {', '.join(SPLITS)}. Received: {split!r}.")
    if config.dataset != "folder":
        folder = materialise(config)
        config = dataclasses.replace(
            config, dataset="folder", data_dir=str(folder), labels_file="", image_dir=""
        )
    attribute_file = find_attribute_file(config)
    listed = read_attribute_file(attribute_file)
    require_known(config.attributes, listed.names)
    listed = listed.with_attributes(config.attributes)
    if split is None:
        indices = np.arange(len(listed))
    else:
        partition_file = find_partition_file(config, attribute_file)
        assigned = assign_splits(listed.paths, config, partition_file)
        indices = indices_of(assigned, split, config, partition_file)
    # Looked up for the whole list, so that the first error tells all there is to fetch.
    paths, found = find_images(listed.paths, config)
    table = dataclasses.replace(listed, paths=paths).select(indices[found[indices]])
    table = readable(table, config)
    if len(table) == 0:
        raise ValueError(f"No usable image is left in {split or 'any split'} of {config.data_dir}.")
    return table
