"""A folder data set: CelebA as usually unpacked, or any images with an attribute file.

Finds the attribute file, the partition file and the image folder in their usual places under
data_dir, and the file of each listed image, even if the list and the folder spell names differently
(`name_matching`). Each folder is listed once; no file is opened or stat'ed.
"""

import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.sources.archives import archives_hint, is_archive
from stgan_tf.sources.folder_contents import nearest_folder
from stgan_tf.sources.name_column import is_image_file
from stgan_tf.sources.name_matching import Matches, match_names, walk

#: data_dir may be the parent of the data set's folder.
_BASES = ("", "celeba", "CelebA", "CelebAMask-HQ", "celeba_hq")
_LABEL_FOLDERS = ("", "Anno", "anno", "annotations", "Eval", "eval", "labels")
_LABEL_FILES = (
    "list_attr_celeba.txt",
    "list_attr_celeba.csv",
    "CelebAMask-HQ-attribute-anno.txt",
    *(f"{stem}.{suffix}" for stem in ("attributes", "labels") for suffix in ("csv", "tsv", "txt")),
    "metadata.csv",  # Hugging Face's imagefolder
)
_PARTITION_FILES = ("list_eval_partition.txt", "list_eval_partition.csv")
_IMAGE_FOLDERS = (
    "img_align_celeba/img_align_celeba",  # Kaggle's archive
    "img_align_celeba",
    "img_align_celeba_png",
    "Img/img_align_celeba/img_align_celeba",
    "Img/img_align_celeba",
    "Img/img_align_celeba_png",
    "img_crop_celeba",  # HD-CelebA-Cropper
    "img_crop_celeba_png",
    "CelebA-HQ-img",
    "images",
    "",
)
#: Tables that do not list images.
_OTHER_TABLES = ("list_", "readme", "licen", "requirements", "celebamask-hq-pose", "celeba-hq-to")


def find_attribute_file(config: DataConfig) -> Path:
    """config.labels_file (absolute or relative to data_dir), or the first usual name found in
    data_dir and its annotation folders, or the only other CSV, TSV or text file in data_dir. Raises
    FileNotFoundError.
    """
    data_dir = require_data_dir(config)
    if config.labels_file:
        tried = [Path(config.labels_file), data_dir / config.labels_file]
    else:
        tried = _usual_places(data_dir, _LABEL_FILES)
        for suffixes in ((".csv", ".tsv"), (".txt",)):
            others = [path for path in _tables(data_dir) if path.suffix.lower() in suffixes]
            tried += others if len(others) == 1 else []
    for path in tried:
        if path.is_file():
            return path
    if config.labels_file:
        raise FileNotFoundError(
            f"No attribute file: --labels_file={config.labels_file!r} does not exist."
            + archives_hint(data_dir)
        )
    folders = ", ".join(folder for folder in _LABEL_FOLDERS if folder)
    there = ", ".join(path.name for path in _tables(data_dir)[:10])
    raise FileNotFoundError(
        f"No attribute file in {data_dir}: looked for {', '.join(_LABEL_FILES)} or a single other "
        f"table there and in its folders {folders}. Name it with --labels_file."
        + (f" Tables found there: {there}." if there else "")
        + archives_hint(data_dir, data_dir / "Anno")
    )


def find_partition_file(config: DataConfig, attribute_file: Path) -> Path | None:
    """list_eval_partition.txt or .csv, beside the attribute file or in data_dir's usual folders;
    None if there is none.
    """
    beside = [attribute_file.parent / name for name in _PARTITION_FILES]
    paths = beside + _usual_places(Path(config.data_dir), _PARTITION_FILES)
    return next((path for path in paths if path.is_file()), None)


def find_images(names: np.ndarray, config: DataConfig) -> tuple[np.ndarray, np.ndarray]:
    """Locates the files of the listed `names` (N,): full paths (N,) str and found (N,) bool.

    Raises FileNotFoundError for a missing image, or with config.skip_bad_images sets its `found` to
    False. Raises ValueError for a name that could mean several files.
    """
    folders = _image_folders(config)
    best, best_folder = _match_alike(names, folders)
    if best.count(None):
        matches, best_folder = _match_loosely(names, folders)
        if matches.ambiguous:
            _refuse(matches.ambiguous, best_folder)
        best = matches.files
    found = np.fromiter((file is not None for file in best), bool, len(best))
    if not found.any():
        raise FileNotFoundError(_none_found(names, folders, config))
    if not found.all():
        missing = names[~found]
        message = (
            f"{len(missing)} of {len(names)} listed images are missing from {best_folder}, "
            f"starting with {', '.join(missing[:5])}."
        )
        if not config.skip_bad_images:
            raise FileNotFoundError(f"{message} Add them, or drop them with --skip_bad_images.")
        logging.warning("%s They are dropped.", message)
    return np.array([file or "" for file in best]), found


def _match_alike(names: Iterable[str], folders: Sequence[str]) -> tuple[list[str | None], str]:
    """The file of each name, spelt identically, in the first of `folders` that has the most of
    them.
    """
    best: list[str | None] = []
    for folder in folders:
        listings: dict[str, set[str]] = {}
        files: list[str | None] = []
        for name in names:
            subfolder, _, base = str(name).rpartition("/")
            if subfolder not in listings:
                path = os.path.join(folder, subfolder)
                listings[subfolder] = set(os.listdir(path)) if os.path.isdir(path) else set()
            there = base in listings[subfolder]
            files.append(os.path.join(folder, subfolder, base) if there else None)
        if not best or files.count(None) < best.count(None):
            best, best_folder = files, folder
        if not best.count(None):
            break
    return best, best_folder


def _match_loosely(names: Sequence[str], folders: Sequence[str]) -> tuple[Matches, str]:
    """Like `match_names` in the first of `folders` that has the most matches, with full paths."""
    best: Matches | None = None
    for folder in folders:
        files = walk(folder)
        matches = match_names(names, files)
        if best is None or matches.files.count(None) < best.files.count(None):
            paths = [None if i is None else os.path.join(folder, files[i]) for i in matches.files]
            best, best_folder = Matches(paths, matches.ambiguous), folder
        if not best.files.count(None):
            break
    return best, best_folder


def _refuse(ambiguous: Sequence[tuple[str, Sequence[str]]], folder: str) -> None:
    name, others = ambiguous[0]
    more = f" ({len(ambiguous)} such cases in all.)" if len(ambiguous) > 1 else ""
    raise ValueError(
        f"In {folder}, {name!r} could be any of {', '.join(map(repr, others[:5]))}.{more} Use the "
        "exact file names in the list, or name one image folder with --image_dir."
    )


def _none_found(names: Sequence[str], folders: Sequence[str], config: DataConfig) -> str:
    """The message if no image was found, with a listed name and an existing one."""
    there = next(
        (
            f"{folder} has {file!r}"
            for folder in folders
            for file in walk(folder)
            if is_image_file(file)
        ),
        "but there are no image files",
    )
    return (
        f"None of the {len(names)} listed images is in {', '.join(folders)}: the list has "
        f"{str(names[0])!r}, {there}. Name the image folder with --image_dir, or the list of these "
        "images with --labels_file." + archives_hint(*_places_of_archives(config))
    )


def _image_folders(config: DataConfig) -> list[str]:
    data_dir = require_data_dir(config)
    if config.image_dir:
        candidates = [Path(config.image_dir), data_dir / config.image_dir]
    else:
        candidates = [data_dir / base / name for base in _BASES for name in _IMAGE_FOLDERS if name]
        candidates += [data_dir / base for base in _BASES]
    folders = list(dict.fromkeys(str(folder) for folder in candidates if folder.is_dir()))
    if not folders:
        looked = ", ".join(str(folder) for folder in candidates)
        raise FileNotFoundError(
            f"No image folder: looked for {looked}. Name it with --image_dir."
            + archives_hint(*_places_of_archives(config))
        )
    return folders


def _places_of_archives(config: DataConfig) -> list[Path]:
    data_dir = Path(config.data_dir)
    places = [data_dir, data_dir / "Img", data_dir / "img_align_celeba", data_dir / "images"]
    return [*places, Path(config.image_dir)] if config.image_dir else places


def _usual_places(data_dir: Path, names: Sequence[str]) -> list[Path]:
    """Existing files of these names, ignoring case, in the usual folders."""
    found = []
    for folder in (data_dir / base / label for base in _BASES for label in _LABEL_FOLDERS):
        if folder.is_dir():
            there = {name.casefold(): name for name in os.listdir(folder)}
            found += [folder / there[n.casefold()] for n in names if n.casefold() in there]
    return found


def _tables(data_dir: Path) -> list[Path]:
    """Files directly in data_dir that may be a list of images."""
    return sorted(
        path
        for path in data_dir.iterdir()
        if path.suffix.lower() in (".csv", ".tsv", ".txt")
        and not path.name.startswith(".")
        and not path.name.lower().startswith(_OTHER_TABLES)
    )


def require_data_dir(config: DataConfig) -> Path:
    """config.data_dir; ConfigError if it is empty, FileNotFoundError if it is not a folder."""
    config.require_source()
    data_dir = Path(config.data_dir)
    if data_dir.is_file() and is_archive(data_dir):
        raise FileNotFoundError(
            f"--data_dir={config.data_dir} is an archive: unpack it and name the folder."
        )
    if not data_dir.is_dir():
        raise FileNotFoundError(
            f"--data_dir={config.data_dir} is not a folder. {nearest_folder(data_dir)}"
        )
    return data_dir
