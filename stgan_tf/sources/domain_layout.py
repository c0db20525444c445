"""Finds the images of each domain, in one of three folder layouts.

    ROOT/trainA, trainB, testA, testB    with any letters: the domains are A, B, ...
    ROOT/train/<domain>, test/<domain>   splits with a folder per domain
    ROOT/<domain>                        one folder per domain, without splits

There may be validation folders beside train and test (val, valid, validation, dev). A domain's
images may be in subfolders. Pictures to be translated may also be directly in test/: their domain
is unknown (`loose_folders`). Hidden folders and those that macOS creates are skipped. This module
lists folders, but does not open images.
"""

import functools
import logging
import os
import re
from pathlib import Path
from typing import NamedTuple

from stgan_tf.options import ConfigError
from stgan_tf.sources.archives import archives_hint
from stgan_tf.sources.folder_contents import listed, there
from stgan_tf.sources.name_column import is_image_file

#: Folder name -> 0 train, 1 validation, 2 test.
SPLIT_FOLDERS = {"train": 0, "val": 1, "valid": 1, "validation": 1, "dev": 1, "test": 2}
_LETTERED = re.compile(rf"((?i:{'|'.join(SPLIT_FOLDERS)}))([A-Z])")
#: How people may write them by mistake: train_A, traina.
_NEARLY_LETTERED = re.compile(rf"({'|'.join(SPLIT_FOLDERS)})[ _.-]?([A-Z])", re.IGNORECASE)
_LAYOUTS = "trainA and trainB, train/<domain>, or <domain>"


class DomainFolder(NamedTuple):
    """A folder of images of one domain; `split` is 0, 1, 2, or None if there are no splits."""

    path: Path
    domain: str
    split: int | None


class DomainLayout(NamedTuple):
    """The folders of two or more domains below `root`, sorted by split and domain."""

    root: Path
    folders: tuple[DomainFolder, ...]

    @property
    def domains(self) -> tuple[str, ...]:
        """Their names, sorted."""
        return tuple(sorted({folder.domain for folder in self.folders}))

    @property
    def has_splits(self) -> bool:
        """Whether the folders define the splits."""
        return self.folders[0].split is not None

    def folders_of(self, split: int) -> tuple[str, ...]:
        """The names below `root` that the folders of a split have in this layout: testA, testB."""
        prefix = {0: "train", 1: "val", 2: "test"}[split]
        lettered = self.folders[0].path.parent == self.root
        return tuple(f"{prefix}{'' if lettered else '/'}{domain}" for domain in self.domains)

    @property
    def loose_folders(self) -> tuple[Path, ...]:
        """The folders train, test and so on below `root`: images directly in them, beside the
        domain folders, have no known domain.
        """
        return tuple(path for path in _folders_in(self.root) if _is_split(path))


def find_layout(data_dir: Path) -> DomainLayout:
    """The layout whose root is the folder `data_dir`, one of its parents, or its only subfolder
    with a layout.

    Raises FileNotFoundError if there is none, ConfigError if it cannot be used: a single domain,
    domains with test but no training images, splits inside domains, names with a comma or an equals
    sign. Both messages say what was expected and what was found.
    """
    data_dir = Path(os.path.abspath(data_dir))
    root = data_dir
    folders = _with_splits(data_dir)
    if not folders:
        root, folders = _around(data_dir)
    if not folders:
        root, folders = _inside(data_dir)
    if not folders:
        root, folders = _beside(data_dir)
    if not folders:
        root, folders = data_dir, _plain(data_dir)
    _require_exact_names(root)
    layout = DomainLayout(root, tuple(sorted(folders, key=lambda f: (f.split or 0, f.domain))))
    _require_usable(layout)
    return layout


def _with_splits(root: Path) -> list[DomainFolder]:
    """The folders of the lettered layout, or else of train/<domain>; empty for another layout."""
    below = _folders_in(root)
    lettered = [
        DomainFolder(path, match[2], SPLIT_FOLDERS[match[1].lower()])
        for path in below
        if (match := _LETTERED.fullmatch(path.name))
    ]
    if any(folder.split == 0 for folder in lettered):
        return lettered
    named = [
        DomainFolder(path, path.name, SPLIT_FOLDERS[split.name.lower()])
        for split in below
        if _is_split(split)
        for path in _folders_in(split)
    ]
    return named if any(folder.split == 0 for folder in named) else []


def _around(data_dir: Path) -> tuple[Path, list[DomainFolder]]:
    """The layout that `data_dir` is a folder of: trainA, train, or train/<domain>."""
    candidates = []
    if _is_split(data_dir) or _LETTERED.fullmatch(data_dir.name):
        candidates.append(data_dir.parent)
    if _is_split(data_dir.parent):
        candidates.append(data_dir.parent.parent)
    for root in candidates:
        folders = _with_splits(root)
        if any(data_dir in (folder.path, folder.path.parent) for folder in folders):
            return root, folders
    return data_dir, []


def _inside(data_dir: Path) -> tuple[Path, list[DomainFolder]]:
    """The only layout whose root is in `data_dir`."""
    found = {path: folders for path in _folders_in(data_dir) if (folders := _with_splits(path))}
    if len(found) > 1:
        raise ConfigError(
            "data_dir",
            f"contains several sets of domain folders: {listed(path.name for path in found)}. "
            "Name "
            "one of them; or, if these are the domains themselves, rename "
            f"<domain>/train to train/<domain>. Received: {data_dir}.",
        )
    return next(iter(found.items()), (data_dir, []))


def _beside(data_dir: Path) -> tuple[Path, list[DomainFolder]]:
    """The plain layout that `data_dir` is a domain of: a folder of images among others."""
    parent = data_dir.parent
    domains = [path for path in _folders_in(parent) if not _is_flat_test(path)]
    is_domain = data_dir in domains and len(_folders_in(data_dir)) < 2
    if not is_domain or len(domains) < 2 or not all(map(_has_images, domains)):
        return data_dir, []
    _tell_of_the_parent(data_dir, parent, listed(path.name for path in domains))
    return parent, [DomainFolder(path, path.name, None) for path in domains]


@functools.cache
def _tell_of_the_parent(data_dir: Path, parent: Path, domains: str) -> None:
    """Once, however often the layout is looked for."""
    logging.warning(
        "--data_dir=%s is the folder of one domain: using its parent folder %s, with the domains "
        "%s.",
        data_dir,
        parent,
        domains,
    )


def _plain(root: Path) -> list[DomainFolder]:
    below = _folders_in(root)
    domains = [path for path in below if not _is_flat_test(path)]
    if len(domains) > 1:
        below = domains
    if not below:
        raise FileNotFoundError(
            f"No domain folders in {root}: looked for {_LAYOUTS}; {there(root)}. Name their "
            "parent "
            f"folder with --data_dir.{archives_hint(root)}"
        )
    for path in below:
        if _is_split(path) or _LETTERED.fullmatch(path.name):
            raise ConfigError(
                "data_dir",
                f"has {path.name}, but not the folders of a training set: looked for trainA and "
                f"trainB, or train/<domain>, in {root}; {there(root)}. If it is the folder of one "
                "domain, move its images to train/<domain> and test/<domain>.",
            )
        if splits := [folder.name for folder in _folders_in(path) if _is_split(folder)]:
            raise ConfigError(
                "data_dir",
                f"has the splits inside the domains ({path.name}/{splits[0]}): rename them to "
                f"{splits[0]}/{path.name} and so on. Looked for {_LAYOUTS} in {root}; "
                f"{there(root)}.",
            )
    return [DomainFolder(path, path.name, None) for path in below]


def _require_exact_names(root: Path) -> None:
    matches = [
        match for path in _folders_in(root) if (match := _NEARLY_LETTERED.fullmatch(path.name))
    ]
    trained = {match[2].upper() for match in matches if SPLIT_FOLDERS[match[1].lower()] == 0}
    wrong = [match for match in matches if not _LETTERED.fullmatch(match[0])]
    if len(trained) > 1 and wrong:
        raise ConfigError(
            "data_dir",
            f"has {listed(match[0] for match in wrong)}: rename to "
            f"{listed(match[1].lower() + match[2].upper() for match in wrong)}, "
            f"exactly. Looked for {_LAYOUTS} in {root}; {there(root)}.",
        )


def _require_usable(layout: DomainLayout) -> None:
    domains = {folder.domain for folder in layout.folders if folder.split in (None, 0)}
    if untrained := sorted(set(layout.domains) - domains):
        raise ConfigError(
            "data_dir",
            f"has test images of {listed(untrained)}, but none to train on: {layout.root} has "
            f"training folders for {listed(sorted(domains))}. Rename or remove the others.",
        )
    if len(domains) < 2:
        raise ConfigError(
            "data_dir",
            f"has only one domain, {layout.domains[0]}: looked for {_LAYOUTS} in {layout.root}; "
            f"{there(layout.root)}. At least two domains are needed. Is this their parent "
            f"folder?{archives_hint(layout.root)}",
        )
    for domain in layout.domains:
        if set(domain) & set(",="):
            raise ConfigError(
                "data_dir",
                "has a domain whose name contains a comma or an equals sign, which flags cannot "
                "name: "
                f"{domain!r} in {layout.root}. Rename the folder.",
            )


def _is_split(path: Path) -> bool:
    return path.name.lower() in SPLIT_FOLDERS


def _has_images(folder: Path) -> bool:
    """Whether there are images directly in it."""
    with os.scandir(folder) as entries:
        return any(
            is_image_file(entry.name) and not entry.name.startswith(".") for entry in entries
        )


def _is_flat_test(path: Path) -> bool:
    """Whether it is a test folder without domain folders: its pictures are to be edited."""
    return SPLIT_FOLDERS.get(path.name.lower()) == 2 and not _folders_in(path)


def _folders_in(folder: Path) -> list[Path]:
    """Subfolders that may contain images, sorted; does not stat any file."""
    with os.scandir(folder) as entries:
        return sorted(
            Path(entry.path)
            for entry in entries
            if not entry.name.startswith(".") and entry.name != "__MACOSX" and entry.is_dir()
        )
