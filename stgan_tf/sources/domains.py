"""Domain folders as a source: `--dataset=domains`, in any layout that `domain_layout` knows.

Each domain is an attribute. Of two domains one is enough, the second in sorted order: its value is
1 for the second domain and 0 for the first, and the edits +1 and -1 are the two directions. Both
together would be two labels that always change as a pair in training and one at a time in an edit:
a difference that was never trained, which gives copies of the input.

Images stay where they are. Lists of labels and splits are written to the cache folder
($XDG_CACHE_HOME/stgan_tf or ~/.cache/stgan_tf), and written anew when files come or go. Splits are
the folders'; without a validation folder 5 % of each domain's training images are the validation
images, at least one, chosen by a hash of their names: an image that is added later moves few.
"""

import csv
import dataclasses
import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from stgan_tf.config.data import DataConfig
from stgan_tf.image_formats import SUFFIXES
from stgan_tf.options import ConfigError
from stgan_tf.sources.archives import archives_hint
from stgan_tf.sources.derived_folder import cache_root, only_maker_of, replacing_folder
from stgan_tf.sources.domain_layout import DomainLayout, find_layout
from stgan_tf.sources.folder import require_data_dir
from stgan_tf.sources.name_column import is_image_file
from stgan_tf.sources.name_matching import walk

_FORMAT = 1
_RECORD = "source.json"
_TRAIN, _VALIDATION = 0, 1
_VALIDATION_SHARE = 0.05


class _Image(NamedTuple):
    """Its path below the root with /, the domain, and the split (None: not said)."""

    name: str
    domain: str
    split: int | None


def with_domains(config: DataConfig) -> DataConfig:
    """`config` as a run records it: where the data set is domains, with their names as attributes
    unless some were chosen, with a split that the folders have, and with attributes that exclude
    each other where there are several. Any other is returned as it is.

    Raises FileNotFoundError or ConfigError for folders, attributes or a split that cannot be used.
    """
    if config.dataset != "domains":
        return config
    layout = find_layout(require_data_dir(config))
    domains = layout.domains
    default = domains[1:] if len(domains) == 2 else domains
    names = config.attributes or default
    if unknown := [name for name in names if name not in domains]:
        raise ConfigError(
            "attributes",
            f"must be domains of {layout.root}, which has {', '.join(domains)}; empty takes "
            f"{','.join(default)}. Received: {', '.join(unknown)}.",
        )
    if len(domains) == 2 and len(names) == 2:
        first, second = domains
        raise ConfigError(
            "attributes",
            f"names both of the two domains {first} and {second}. Their labels always change "
            "together in training and one at a time in an edit, which gives copies of the input. "
            f"Take one: --attributes={second}, whose value is 0 for {first}. "
            f"Received: {','.join(names)}.",
        )
    return dataclasses.replace(
        config,
        attributes=names,
        split=_split_of(config, layout),
        exclusive_attributes=config.exclusive_attributes or len(names) > 1,
    )


def _split_of(config: DataConfig, layout: DomainLayout) -> str:
    if config.split == "stgan":  # the default; its counts are CelebA's
        return "partition" if layout.has_splits else "fractions"
    if config.split == "partition" and not layout.has_splits:
        raise ConfigError(
            "split",
            f"must be fractions for {layout.root}, whose folders {', '.join(layout.domains[:5])} "
            "say nothing of training and test. Received: 'partition'.",
        )
    return config.split


def list_domains(config: DataConfig) -> tuple[Path, Path]:
    """The folder of lists (written first where it is absent or out of date) and that of the images.

    Raises as `with_domains`, and FileNotFoundError for a domain without images.
    """
    layout = find_layout(require_data_dir(config))
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


def _images_of(layout: DomainLayout) -> list[_Image]:
    """Every image once, by split, domain and name."""
    images: list[_Image] = []
    splits_itself = any(folder.split == _VALIDATION for folder in layout.folders)
    for folder in layout.folders:
        below = folder.path.relative_to(layout.root).as_posix()
        names = [f"{below}/{file}" for file in walk(str(folder.path)) if is_image_file(file)]
        if not names and folder.split in (None, _TRAIN):
            raise FileNotFoundError(
                f"No images of the domain {folder.domain} in {folder.path}: looked for "
                f"{', '.join(SUFFIXES)} there and in folders below.{_instead(folder.path)} Fill "
                "the folder, or remove it if it is no domain." + archives_hint(folder.path)
            )
        if not names:
            logging.warning("%s has no images: %s is left out there.", folder.path, folder.domain)
        chosen = set()
        if folder.split == _TRAIN and not splits_itself:
            chosen = _validation_images(names)
        images += [
            _Image(name, folder.domain, _VALIDATION if name in chosen else folder.split)
            for name in names
        ]
    return images


def _instead(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir())[:5]
    return f" There are: {', '.join(names)}." if names else " It is empty."


def _validation_images(names: Sequence[str]) -> set[str]:
    """5 % of a domain's training images, at least one; none where it has one only."""
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
