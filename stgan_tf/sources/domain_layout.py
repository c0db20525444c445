"""Where the images of each domain lie: the folder layouts of CycleGAN and StarGAN, and plain ones.

    ROOT/trainA, trainB, testA, testB    CycleGAN's, with any letters: the domains are A, B, ...
    ROOT/train/<domain>, test/<domain>   StarGAN's
    ROOT/<domain>                        one folder a domain, without splits

Validation folders may stand beside train and test (val, valid, validation, dev). A domain's images
may lie in folders of its own. Hidden folders and what macOS leaves are skipped. Only folders are
looked at here, no images.
"""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from stgan_tf.options import ConfigError
from stgan_tf.sources.archives import archives_hint

#: Name of a folder -> 0 train, 1 validation, 2 test.
SPLIT_FOLDERS = {"train": 0, "val": 1, "valid": 1, "validation": 1, "dev": 1, "test": 2}
_LETTERED = re.compile(rf"((?i:{'|'.join(SPLIT_FOLDERS)}))([A-Z])")
_LAYOUTS = "trainA and trainB, train/<domain>, or <domain>"
_SHOWN = 10


class DomainFolder(NamedTuple):
    """A folder of images of one domain; `split` is 0, 1, 2 or, without splits, None."""

    path: Path
    domain: str
    split: int | None


class DomainLayout(NamedTuple):
    """The folders of at least two domains below `root`, sorted by split and domain."""

    root: Path
    folders: tuple[DomainFolder, ...]

    @property
    def domains(self) -> tuple[str, ...]:
        """Their names, sorted."""
        return tuple(sorted({folder.domain for folder in self.folders}))

    @property
    def has_splits(self) -> bool:
        """Whether the folders say what is for training and what for testing."""
        return self.folders[0].split is not None


def find_layout(data_dir: Path) -> DomainLayout:
    """The layout that `data_dir`, a folder, is the root of, or one of the folders in, or the only
    folder around.

    Raises FileNotFoundError where there is none, ConfigError where it cannot be used: one domain
    only, domains that are tested but not trained, splits inside domains, names with a comma or an
    equals sign. Both say what was looked for and what is there.
    """
    data_dir = Path(os.path.abspath(data_dir))
    root = data_dir
    folders = _with_splits(data_dir)
    if not folders:
        root, folders = _around(data_dir)
    if not folders:
        root, folders = _inside(data_dir)
    if not folders:
        root, folders = data_dir, _plain(data_dir)
    layout = DomainLayout(root, tuple(sorted(folders, key=lambda f: (f.split or 0, f.domain))))
    _require_usable(layout)
    return layout


def _with_splits(root: Path) -> list[DomainFolder]:
    """The folders of CycleGAN's layout, else StarGAN's; none where `root` is of another."""
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
    """The layout that has `data_dir` as one of its folders: trainA, train, or train/<domain>."""
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
    """The layout whose root is the only one in `data_dir`."""
    found = {path: folders for path in _folders_in(data_dir) if (folders := _with_splits(path))}
    if len(found) > 1:
        raise ConfigError(
            "data_dir",
            f"holds several sets of domain folders: {_listed(path.name for path in found)}. Name "
            "one of these folders; or, if they are the domains themselves, rename "
            f"<domain>/train to train/<domain>. Received: {data_dir}.",
        )
    return next(iter(found.items()), (data_dir, []))


def _plain(root: Path) -> list[DomainFolder]:
    below = _folders_in(root)
    if not below:
        raise FileNotFoundError(
            f"No domain folders in {root}: looked for {_LAYOUTS}; {_there(root)}. Name the folder "
            f"around them with --data_dir.{archives_hint(root)}"
        )
    for path in below:
        if _is_split(path) or _LETTERED.fullmatch(path.name):
            raise ConfigError(
                "data_dir",
                f"has {path.name}, but not the folders of a training set: looked for trainA and "
                f"trainB, or train/<domain>, in {root}; {_there(root)}. If it is the folder of one "
                "domain, move its images to train/<domain> and test/<domain>.",
            )
        if splits := [folder.name for folder in _folders_in(path) if _is_split(folder)]:
            raise ConfigError(
                "data_dir",
                f"has the splits inside the domains ({path.name}/{splits[0]}): rename them to "
                f"{splits[0]}/{path.name} and so on. Looked for {_LAYOUTS} in {root}; "
                f"{_there(root)}.",
            )
    return [DomainFolder(path, path.name, None) for path in below]


def _require_usable(layout: DomainLayout) -> None:
    domains = {folder.domain for folder in layout.folders if folder.split in (None, 0)}
    if untrained := sorted(set(layout.domains) - domains):
        raise ConfigError(
            "data_dir",
            f"has images of {_listed(untrained)} for tests, but none to train on: {layout.root} "
            f"has training folders of {_listed(sorted(domains))}. Rename or remove the others.",
        )
    if len(domains) < 2:
        raise ConfigError(
            "data_dir",
            f"has one domain only, {layout.domains[0]}: looked for {_LAYOUTS} in {layout.root}; "
            f"{_there(layout.root)}. At least two domains are needed. Is it the folder around "
            f"them?{archives_hint(layout.root)}",
        )
    for domain in layout.domains:
        if set(domain) & set(",="):
            raise ConfigError(
                "data_dir",
                f"has a domain whose name has a comma or an equals sign, which flags cannot name: "
                f"{domain!r} in {layout.root}. Rename the folder.",
            )


def _is_split(path: Path) -> bool:
    return path.name.lower() in SPLIT_FOLDERS


def _folders_in(folder: Path) -> list[Path]:
    """Folders that may hold images, sorted; no file is asked for its status."""
    with os.scandir(folder) as entries:
        return sorted(
            Path(entry.path)
            for entry in entries
            if not entry.name.startswith(".") and entry.name != "__MACOSX" and entry.is_dir()
        )


def _there(root: Path) -> str:
    names = sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
    return f"there are: {_listed(names)}" if names else "it is empty"


def _listed(names: Iterable[str]) -> str:
    names: Sequence[str] = list(names)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
