"""Converts every kind of data set to one: a folder of image files with an attribute list."""

import dataclasses
from pathlib import Path

from stgan_tf.config.data import ENTRY_POINTS, DataConfig
from stgan_tf.entry_points import added, load_added
from stgan_tf.sources.domains import list_domains, with_domains
from stgan_tf.sources.folder import find_attribute_file
from stgan_tf.sources.parquet import materialise_parquet, parquet_files
from stgan_tf.sources.synthetic import draw_once
from stgan_tf.sources.tfds import materialise


def as_folder(config: DataConfig) -> DataConfig:
    """`config` as a `folder` data set; other kinds are first written to files, once."""
    image_dir = ""
    if config.dataset == "synthetic":
        folder = draw_once(config)
        if config.has_domains:
            return as_folder(dataclasses.replace(config, dataset="domains", data_dir=str(folder)))
    elif config.dataset.startswith("tfds:"):
        folder = materialise(config)
    elif config.dataset == "domains":
        config = with_domains(config)
        folder, root = list_domains(config)
        image_dir = str(root)
    elif config.dataset in added(ENTRY_POINTS):
        folder = load_added(ENTRY_POINTS, config.dataset, "dataset")(config)
    elif config.dataset == "parquet" or _is_parquet(config):
        folder, image_dir = materialise_parquet(config)
    else:
        return config
    return dataclasses.replace(
        config, dataset="folder", data_dir=str(folder), labels_file="", image_dir=image_dir
    )


def _is_parquet(config: DataConfig) -> bool:
    """Whether there are Parquet files and nothing else that could be the attribute list."""
    if config.labels_file or not config.data_dir or not parquet_files(Path(config.data_dir)):
        return False
    if not Path(config.data_dir).is_dir():
        return True
    try:
        find_attribute_file(config)
    except FileNotFoundError:
        return True
    return False
