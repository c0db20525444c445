"""TensorFlow Datasets as a source: `--dataset=tfds:celeb_a`, or any builder with attributes.

The builder needs an image feature, and either a dict `attributes` of booleans or 0/1 integers (like
celeb_a) or flat boolean features; flat integer features are used if --attributes names them.
Training reads images in random order, so the undecoded images are written once to
DATA_DIR/NAME_files in CelebA's layout (img_align_celeba/, list_attr_celeba.txt,
list_eval_partition.txt from the builder's splits), and then read from there by `folder`.

The builder's own data are in DATA_DIR (tfds's data_dir). Offline, put the builder's downloads into
DATA_DIR/downloads/manual: for celeb_a img_align_celeba.zip, list_attr_celeba.txt,
list_eval_partition.txt, list_landmarks_align_celeba.txt and identity_CelebA.txt as published
(checksums are compared: a repacked zip is rejected).

TFDS stores each split in its own order and discards the file names. The files are numbered in that
order, train, validation, test: --split=partition gives exactly the official partition;
--split=stgan gives the official test set, but 637 different validation images from those in the
original list.
"""

import importlib
import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.data.image_table import ImageTable
from stgan_tf.files import replacing_folder
from stgan_tf.image_formats import HEAD_BYTES, SUFFIXES, format_of, readable_formats, refusal
from stgan_tf.sources.attribute_files import write_attribute_file

_CELEB_A_FILES = (
    "img_align_celeba.zip, list_attr_celeba.txt, list_eval_partition.txt, "
    "list_landmarks_align_celeba.txt, identity_CelebA.txt"
)
_SPLIT_NUMBERS = {"train": 0, "validation": 1, "valid": 1, "val": 1, "dev": 1, "test": 2}


def materialise(config: DataConfig) -> Path:
    """The folder of config.dataset's files; written first if it is missing or was written for
    another builder version or other attributes. It is written to a temporary folder and renamed, so
    an interrupted run leaves nothing behind.
    """
    import tensorflow_datasets as tfds

    if not config.data_dir:
        raise ValueError(
            "--data_dir is empty: name the folder for the TFDS data and the extracted files."
        )
    name = config.dataset.removeprefix("tfds:")
    data_dir = Path(config.data_dir)
    builder = tfds.builder(name, data_dir=data_dir)
    names = _attribute_names(builder.info.features, config)
    folder = data_dir / f"{builder.name}_files"
    holds = {"builder": builder.info.full_name, "attributes": list(names)}
    if folder.is_dir():
        found = json.loads((folder / "source.json").read_text(encoding="utf-8"))
        if found == holds:
            return folder
        logging.warning("%s contains %s: rewriting it for %s.", folder, found, holds)
    _prepare(builder, tfds, data_dir)
    with replacing_folder(folder) as partial:
        _write_files(builder, tfds, names, partial)
        (partial / "source.json").write_text(json.dumps(holds) + "\n", encoding="utf-8")
    return folder


def _prepare(builder: Any, tfds: Any, data_dir: Path) -> None:
    manual_dir = data_dir / "downloads" / "manual"
    settings = tfds.download.DownloadConfig(manual_dir=manual_dir)
    files = f": {_CELEB_A_FILES}" if builder.name == "celeb_a" else ""
    if not builder.is_prepared():
        print(
            f"TFDS downloads and prepares {builder.name} in {data_dir}, once. If there is no "
            "network, "
            f"stop it and put the published files into {manual_dir}{files}.",
            file=sys.stderr,
            flush=True,
        )
    # Without a network, ten attempts for every URL take minutes; the next start resumes.
    importlib.import_module("tensorflow_datasets.core.download.downloader").MAX_RETRIES = 1
    try:
        builder.download_and_prepare(download_dir=data_dir / "downloads", download_config=settings)
    except Exception as error:
        raise OSError(
            f"TFDS could not download or prepare {builder.name} ({type(error).__name__}: {error}). "
            f"Offline, or if the server refuses, put the published files into {manual_dir}{files}"
            "; or unpack the data set and use --dataset=folder."
        ) from error


def _image_key(features: Mapping[str, Any]) -> str:
    import tensorflow_datasets as tfds

    keys = [key for key, feature in features.items() if isinstance(feature, tfds.features.Image)]
    if not keys:
        raise ValueError(
            f"The TFDS builder has no image feature. Received: features {', '.join(features)}."
        )
    return "image" if "image" in keys else keys[0]


def _has_nested_attributes(features: Mapping[str, Any]) -> bool:
    return "attributes" in features and hasattr(features["attributes"], "items")


def _attribute_names(features: Mapping[str, Any], config: DataConfig) -> tuple[str, ...]:
    """The names of all 0/1 features, in the builder's order."""
    is_nested = _has_nested_attributes(features)
    source = features["attributes"] if is_nested else features
    names = []
    for name, feature in source.items():
        if feature.shape != () or not hasattr(feature, "np_dtype"):
            continue
        dtype = np.dtype(feature.np_dtype)
        is_integer = dtype.kind in "iu" and (is_nested or name in config.attributes)
        if dtype.kind == "b" or is_integer:
            names.append(name)
    if not names:
        raise ValueError(
            "The TFDS builder has neither a dict `attributes` nor boolean features. "
            f"Received: features {', '.join(features)}."
        )
    return tuple(names)


def _write_files(builder: Any, tfds: Any, names: tuple[str, ...], folder: Path) -> None:
    features = builder.info.features
    image_key = _image_key(features)
    is_nested = _has_nested_attributes(features)
    image_folder = folder / "img_align_celeba"
    image_folder.mkdir()
    files: list[str] = []
    rows: list[list[int]] = []
    partition: list[str] = []
    splits = [split for split in _SPLIT_NUMBERS if split in builder.info.splits]
    if not splits:
        raise ValueError(
            f"The TFDS builder needs a split named train, validation or test. "
            f"Received: {', '.join(builder.info.splits)}."
        )
    for split in splits:
        examples = builder.as_dataset(
            split=split,
            decoders={image_key: tfds.decode.SkipDecoding()},
            shuffle_files=False,
            read_config=tfds.ReadConfig(interleave_cycle_length=1),
        )
        for example in examples.as_numpy_iterator():
            data = example[image_key]
            name = f"{len(files) + 1:06d}{_suffix(data, split, len(files))}"
            (image_folder / name).write_bytes(data)
            values = example["attributes"] if is_nested else example
            files.append(name)
            rows.append([int(values[attribute]) for attribute in names])
            partition.append(f"{name} {_SPLIT_NUMBERS[split]}\n")
    attributes = np.array(rows, np.int64)
    if not np.isin(attributes, (-1, 0, 1)).all():
        bad = [n for n, column in zip(names, attributes.T, strict=True) if abs(column).max() > 1]
        raise ValueError(
            f"Attributes must be -1, 0 or 1 in every example. Received other values in: {bad}."
        )
    table = ImageTable(np.array(files), (attributes == 1).astype(np.uint8), names)
    write_attribute_file(folder / "list_attr_celeba.txt", table)
    (folder / "list_eval_partition.txt").write_text("".join(partition), encoding="utf-8")
    logging.info("Wrote %d images of %s to %s.", len(files), builder.name, folder)


def _suffix(data: bytes, split: str, index: int) -> str:
    head = data[:HEAD_BYTES]
    found = format_of(head)
    if found in readable_formats():
        return next(suffix for suffix, name in SUFFIXES.items() if name == found)
    raise ValueError(
        f"Image {index} (split {split}) cannot be read: {refusal(head)}. "
        f"Received: {len(data)} bytes, starting with {head[:4]!r}."
    )
