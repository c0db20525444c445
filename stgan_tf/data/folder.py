"""A folder data set: CelebA as people unpack it, or any images with an attribute file.

Finds the attribute file, the partition file and the image folder under data_dir by their usual
places, and the file of each listed image (a list that says .jpg matches a .png file of that name).
Each image folder is listed once; no file is opened or asked for its status.
"""

import logging
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from stgan_tf.config import DataConfig
from stgan_tf.image_formats import SUFFIXES

_LABEL_FOLDERS = ("", "Anno", "anno", "annotations", "Eval", "eval", "labels")
_LABEL_FILES = ("list_attr_celeba.txt", "list_attr_celeba.csv", "attributes.csv", "labels.csv")
_PARTITION_FILES = ("list_eval_partition.txt", "list_eval_partition.csv")
_IMAGE_FOLDERS = (
    "img_align_celeba/img_align_celeba",  # Kaggle's archive
    "img_align_celeba",
    "img_align_celeba_png",
    "Img/img_align_celeba/img_align_celeba",
    "Img/img_align_celeba",
    "Img/img_align_celeba_png",
    "images",
    "",
)


def find_attribute_file(config: DataConfig) -> Path:
    """config.labels_file (also relative to data_dir), or the first usual name found in data_dir and
    its annotation folders, or data_dir's only other CSV file.
    """
    data_dir = _require_data_dir(config)
    if config.labels_file:
        tried = [Path(config.labels_file), data_dir / config.labels_file]
    else:
        tried = [data_dir / folder / name for folder in _LABEL_FOLDERS for name in _LABEL_FILES]
        others = [path for path in data_dir.glob("*.csv") if not path.name.startswith("list_")]
        tried += others if len(others) == 1 else []
    for path in tried:
        if path.is_file():
            return path
    if config.labels_file:
        raise FileNotFoundError(
            f"No attribute file: --labels_file={config.labels_file!r} is absent."
        )
    folders = ", ".join(folder for folder in _LABEL_FOLDERS if folder)
    raise FileNotFoundError(
        f"No attribute file in {data_dir}: looked for {', '.join(_LABEL_FILES)} or a single other "
        f".csv file there and in its folders {folders}. Name it with --labels_file."
    )


def find_partition_file(config: DataConfig, attribute_file: Path) -> Path | None:
    """list_eval_partition.txt or .csv beside the attribute file or in data_dir's usual folders."""
    folders = [attribute_file.parent, *(Path(config.data_dir) / name for name in _LABEL_FOLDERS)]
    paths = (folder / name for folder in folders for name in _PARTITION_FILES)
    return next((path for path in paths if path.is_file()), None)


def find_images(names: np.ndarray, config: DataConfig) -> tuple[np.ndarray, np.ndarray]:
    """The files of the listed `names` (N,): full paths (N,) str and found (N,) bool.

    A missing image is an error, or with config.skip_bad_images its `found` is False.
    """
    data_dir = _require_data_dir(config)
    if config.image_dir:
        candidates = [Path(config.image_dir), data_dir / config.image_dir]
    else:
        candidates = [data_dir / folder for folder in _IMAGE_FOLDERS]
    folders = [str(folder) for folder in candidates if folder.is_dir()]
    if not folders:
        looked = ", ".join(str(folder) for folder in candidates)
        raise FileNotFoundError(f"No image folder: looked for {looked}. Name it with --image_dir.")
    best: list[str | None] = []
    best_count = -1
    for folder in folders:
        files = _match(names, folder)
        count = len(files) - files.count(None)
        if count > best_count:
            best, best_count, best_folder = files, count, folder
        if count == len(names):
            break
    found = np.fromiter((file is not None for file in best), bool, len(best))
    if best_count == 0:
        raise FileNotFoundError(
            f"None of the {len(names)} listed images ({', '.join(names[:3])}, ...) is in "
            f"{', '.join(folders)}. Name the image folder with --image_dir."
        )
    if best_count < len(names):
        missing = names[~found]
        message = (
            f"{len(missing)} of {len(names)} listed images are missing in {best_folder}, the "
            f"first: {', '.join(missing[:5])}."
        )
        if not config.skip_bad_images:
            raise FileNotFoundError(f"{message} Fetch them, or drop them with --skip_bad_images.")
        logging.warning("%s They are dropped.", message)
    return np.array([file or "" for file in best]), found


def _match(names: Iterable[str], folder: str) -> list[str | None]:
    """The file in `folder` of each name, by name or else by stem, or None."""
    listings: dict[str, tuple[set[str], dict[str, str]]] = {}
    files: list[str | None] = []
    for name in names:
        subfolder, _, base = str(name).rpartition("/")
        if subfolder not in listings:
            listings[subfolder] = _list(os.path.join(folder, subfolder))
        present, by_stem = listings[subfolder]
        file = base if base in present else by_stem.get(os.path.splitext(base)[0])
        files.append(None if file is None else os.path.join(folder, subfolder, file))
    return files


def _list(folder: str) -> tuple[set[str], dict[str, str]]:
    """All names in `folder`, and its image files' names by stem."""
    if not os.path.isdir(folder):
        return set(), {}
    with os.scandir(folder) as entries:
        present = {entry.name for entry in entries}
    by_stem = {}
    for name in sorted(present):
        stem, suffix = os.path.splitext(name)
        if suffix.lower() in SUFFIXES:
            by_stem.setdefault(stem, name)
    return present, by_stem


def _require_data_dir(config: DataConfig) -> Path:
    if not config.data_dir:
        raise ValueError("--data_dir is empty: name the folder of the data set.")
    data_dir = Path(config.data_dir)
    if not data_dir.is_dir():
        raise FileNotFoundError(f"--data_dir={config.data_dir} is no folder.")
    return data_dir
