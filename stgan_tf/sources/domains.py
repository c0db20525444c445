"""Domain folders as a source: `--dataset=domains`, in any layout that `domain_layout` recognises.

Each domain is an attribute. For two domains one attribute is enough, the second in sorted order: it
is 1 for the second domain and 0 for the first, and the edits +1 and -1 are the two directions. With
both as attributes, the two labels would always change together in training but one at a time in an
edit: a difference that was never trained, for which the model copies the input.

Images stay where they are. Lists of labels and splits are written to the cache folder
($XDG_CACHE_HOME/stgan_tf or ~/.cache/stgan_tf), and rewritten when files are added or removed. The
folders define the splits; without a validation folder, 5 % of each domain's training images, at
least one, are used for validation, chosen by a hash of their names: adding an image later moves few
others.
"""

import csv
import dataclasses
import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.data.splits import SPLITS
from stgan_tf.files import replacing_folder
from stgan_tf.image_formats import SUFFIXES
from stgan_tf.options import ConfigError
from stgan_tf.sources.archives import archives_hint
from stgan_tf.sources.derived_folder import cache_root, only_maker_of
from stgan_tf.sources.domain_layout import DomainLayout, find_layout
from stgan_tf.sources.folder import require_data_dir
from stgan_tf.sources.folder_contents import there
from stgan_tf.sources.name_column import is_image_file
from stgan_tf.sources.name_matching import walk
from stgan_tf.sources.synthetic import layout_of_landscapes

_FORMAT = 1
_RECORD = "source.json"
_TRAIN, _VALIDATION = 0, 1
_VALIDATION_SHARE = 0.05


class _Image(NamedTuple):
    """Its path relative to the root with /, its domain, and its split (None: not defined)."""

    name: str
    domain: str
    split: int | None


def with_domains(config: DataConfig) -> DataConfig:
    """`config` as a run records it. If the data set consists of domains (drawn seasons need not
    exist yet), it has their names, which are the attributes unless some were chosen, a split that
    the folders define, and mutually exclusive attributes if there are several. Any other `config`
    is returned unchanged.

    Raises FileNotFoundError or ConfigError for unusable folders, attributes or splits.
    """
    if not config.has_domains:
        return config
    layout = _layout_of(config)
    domains = layout.domains
    if config.domains and config.domains != domains:
        raise ConfigError(
            "domains",
            f"must be the folders in {layout.root}: {', '.join(domains)}. Leave the flag out. "
            f"Received: {', '.join(config.domains)}.",
        )
    default = domains[1:] if len(domains) == 2 else domains
    names = config.attributes or default
    if unknown := [name for name in names if name not in domains]:
        raise ConfigError(
            "attributes",
            f"must be domains of {layout.root}, which has {', '.join(domains)}; empty means "
            f"{','.join(default)}. Received: {', '.join(unknown)}.",
        )
    if len(domains) == 2 and len(names) == 2:
        first, second = domains
        raise ConfigError(
            "attributes",
            f"names both domains, {first} and {second}. Their labels always change "
            "together in training but one at a time in an edit, so edits would copy the input. "
            f"Choose one: --attributes={second}, which is 0 for {first}. "
            f"Received: {','.join(names)}.",
        )
    return dataclasses.replace(
        config,
        attributes=names,
        domains=domains,
        split=_split_of(config, layout),
        exclusive_attributes=config.exclusive_attributes or len(names) > 1,
    )


def domains_of(config: DataConfig) -> tuple[str, ...]:
    """The names of all domains of the data set, sorted; empty for other data sets. For runs that
    did not record them, they are read from the folders; raises like `with_domains`.
    """
    if config.domains or not config.has_domains:
        return config.domains
    return _layout_of(config).domains


def _layout_of(config: DataConfig) -> DomainLayout:
    if config.dataset == "synthetic":
        return layout_of_landscapes(config)
    return find_layout(require_data_dir(config))


def _split_of(config: DataConfig, layout: DomainLayout) -> str:
    if config.split == "stgan":  # the default; its counts are CelebA's
        return "partition" if layout.has_splits else "fractions"
    if config.split == "partition" and not layout.has_splits:
        raise ConfigError(
            "split",
            f"must be fractions for {layout.root}, whose folders {', '.join(layout.domains[:5])} "
            "do not define training and test splits. Received: 'partition'.",
        )
    return config.split


def list_domains(config: DataConfig) -> tuple[Path, Path]:
    """The folder with the lists (written first if missing or out of date) and that with the images.

    Raises like `with_domains`, and FileNotFoundError for a domain without images.
    """
    layout = find_layout(require_data_dir(config))
    _tell_of_loose_pictures(layout)
    images = _images_of(layout)
    place = hashlib.sha256(str(layout.root.resolve()).encode()).hexdigest()[:12]
    folder = cache_root() / f"domains_{layout.root.name}_{place}"
    listing = hashlib.sha256(json.dumps(images).encode()).hexdigest()
    holds = {"format": _FORMAT, "root": str(layout.root), "listing": listing}
    if not _is_written(folder, holds):
        with only_maker_of(folder):
            if not _is_written(folder, holds):
                _write(layout, images, folder, holds)
    return folder, layout.root


def require_images_of(split: str, assigned: np.ndarray, root: Path) -> None:
    """Raises ValueError if the folders in `root` define splits and none of the images with the
    splits `assigned` (N,) is in `split`.
    """
    number = SPLITS.index(split)
    if np.any(assigned == number):
        return
    layout = find_layout(root)
    held_out = (
        "evaluate on the training images that were held out, with --split=validation; or "
        if split == "test" and np.any(assigned == _VALIDATION)
        else ""
    )
    raise ValueError(
        f"No {split} images: looked for {', '.join(layout.folders_of(number))} in {layout.root}; "
        f"{there(layout.root)}. Add images there; or {held_out}train with --split=fractions, which "
        "holds out images of every domain."
    )


def _images_of(layout: DomainLayout) -> list[_Image]:
    """Every image once, sorted by split, domain and name."""
    images: list[_Image] = []
    splits_itself = any(folder.split == _VALIDATION for folder in layout.folders)
    for folder in layout.folders:
        below = folder.path.relative_to(layout.root).as_posix()
        names = [f"{below}/{file}" for file in walk(str(folder.path)) if is_image_file(file)]
        if not names and folder.split in (None, _TRAIN):
            raise FileNotFoundError(
                f"No images of the domain {folder.domain} in {folder.path}: looked for "
                f"{', '.join(SUFFIXES)} there and in subfolders.{_instead(folder.path)} Add "
                "images, or remove the folder if it is not a domain." + archives_hint(folder.path)
            )
        if not names:
            logging.warning(
                "%s has no images, so %s is left out of that split.", folder.path, folder.domain
            )
        chosen = set()
        if folder.split == _TRAIN and not splits_itself:
            chosen = _validation_images(names)
        images += [
            _Image(name, folder.domain, _VALIDATION if name in chosen else folder.split)
            for name in names
        ]
    return images


def _tell_of_loose_pictures(layout: DomainLayout) -> None:
    for folder in layout.loose_folders:
        names = sorted(
            path.name
            for path in folder.iterdir()
            if is_image_file(path.name) and not path.name.startswith(".")
        )
        if names:
            some = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
            logging.warning(
                "%d pictures are directly in %s (%s), not in a domain folder: their domain is "
                "unknown, so they are left out of training and evaluation. To edit them: "
                "python -m stgan_tf.edit --model=RUN_DIR --input=%s --to=%s --output=FOLDER",
                len(names),
                folder,
                some,
                folder,
                layout.domains[0],
            )


def _instead(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir())[:5]
    return f" Found: {', '.join(names)}." if names else " It is empty."


def _validation_images(names: Sequence[str]) -> set[str]:
    """5 % of a domain's training images, at least one; empty if it has only one image."""
    number = min(max(1, round(_VALIDATION_SHARE * len(names))), len(names) - 1)
    return set(sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:number])


def _is_written(folder: Path, holds: dict) -> bool:
    path = folder / _RECORD
    return path.is_file() and json.loads(path.read_text(encoding="utf-8")) == holds


def _write(layout: DomainLayout, images: Sequence[_Image], folder: Path, holds: dict) -> None:
    domains = layout.domains
    with replacing_folder(folder) as partial:
        rows = ([i.name, *(int(i.domain == domain) for domain in domains)] for i in images)
        _write_csv(partial / "labels.csv", ["image_id", *domains], rows)
        if layout.has_splits:
            parts = ([image.name, image.split] for image in images)
            _write_csv(partial / "list_eval_partition.csv", ["image_id", "partition"], parts)
        (partial / _RECORD).write_text(json.dumps(holds) + "\n", encoding="utf-8")


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
