"""Which split each listed image belongs to: 0 train, 1 validation, 2 test.

* stgan: by list order, 182000 / 637 / the rest, as in the official code.
* partition: CelebA's list_eval_partition.txt or .csv (file name and 0, 1 or 2).
* fractions: the images, ordered by a hash of their file names, are divided by the three fractions.
  The hash mixes lists that are sorted by class, and adding an image later moves few others. Each
  domain of domain folders is divided on its own, and has images in every split.
"""

import hashlib
from pathlib import Path

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.sources.name_matching import match_names
from stgan_tf.sources.text_rows import read_rows

SPLITS = ("train", "validation", "test")
STGAN_TRAIN_IMAGES = 182_000
STGAN_VALIDATION_IMAGES = 637


def assign_splits(
    names: np.ndarray,
    config: DataConfig,
    partition_file: Path | None,
    domains: np.ndarray | None = None,
) -> np.ndarray:
    """(N,) uint8 of 0, 1, 2: the split of each of the N listed file `names`, by config.split;
    `domains` (N,) str are their domains, None if there are none.
    """
    if config.split == "partition":
        return _by_partition(names, config, partition_file)
    if config.split == "fractions" and domains is not None:
        return _by_fractions_of_domains(names, config.split_fractions, domains)
    if config.split == "fractions":
        counts = _counts(len(names), config.split_fractions)
        return _by_hash(names, counts)
    return _by_counts(len(names), STGAN_TRAIN_IMAGES, STGAN_VALIDATION_IMAGES)


def indices_of(
    assigned: np.ndarray, split: str, config: DataConfig, partition_file: Path | None
) -> np.ndarray:
    """Indices of the images in `split`, in list order. Raises ValueError if the split is empty."""
    if split not in SPLITS:
        raise ValueError(f"The split must be one of {', '.join(SPLITS)}. Received: {split!r}.")
    indices = np.flatnonzero(assigned == SPLITS.index(split))
    if len(indices):
        return indices
    counts = ", ".join(f"{name} {np.sum(assigned == i)}" for i, name in enumerate(SPLITS))
    if config.split == "fractions":
        advice = f"Raise its fraction in --split_fractions, now {config.split_fractions}."
    elif config.split == "stgan" and partition_file is not None:
        advice = f"Try --split=partition ({partition_file.name} exists) or --split=fractions."
    else:
        advice = "Try --split=fractions."
    needed = (
        f" (stgan needs more than {STGAN_TRAIN_IMAGES + STGAN_VALIDATION_IMAGES} images)"
        if config.split == "stgan"
        else ""
    )
    raise ValueError(
        f"--split={config.split} leaves no {split} images: {len(assigned)} images are listed "
        f"({counts}){needed}. {advice}"
    )


def _by_counts(total: int, train: int, validation: int) -> np.ndarray:
    assigned = np.full(total, 2, np.uint8)
    assigned[: train + validation] = 1
    assigned[:train] = 0
    return assigned


def _counts(total: int, fractions: tuple[float, ...]) -> tuple[int, int]:
    """The numbers of images to train on and for validation, of `total`."""
    train = round(total * fractions[0])
    # The last split takes the rest, so the three always add up; a zero fraction stays empty.
    return train, total - train if fractions[2] == 0 else round(total * fractions[1])


def _by_hash(names: np.ndarray, counts: tuple[int, int]) -> np.ndarray:
    digests = [hashlib.blake2b(str(name).encode(), digest_size=8).digest() for name in names]
    assigned = np.empty(len(names), np.uint8)
    assigned[sorted(range(len(names)), key=digests.__getitem__)] = _by_counts(len(names), *counts)
    return assigned


def _by_fractions_of_domains(
    names: np.ndarray, fractions: tuple[float, ...], domains: np.ndarray
) -> np.ndarray:
    wanted = [split for split, fraction in enumerate(fractions) if fraction > 0]
    assigned = np.empty(len(names), np.uint8)
    for domain in np.unique(domains):
        rows = np.flatnonzero(domains == domain)
        if len(rows) < len(wanted):
            raise ValueError(
                f"--split=fractions needs at least {len(wanted)} images of each domain, one for "
                f"each of {', '.join(SPLITS[split] for split in wanted)}. Received: {len(rows)} of "
                f"{domain}. Add images to its folder, or set a share in --split_fractions to 0, "
                f"now {','.join(map(str, fractions))}."
            )
        train, validation = _counts(len(rows), fractions)
        counts = [train, validation, len(rows) - train - validation]
        for split in wanted:
            if not counts[split]:
                counts[np.argmax(counts)] -= 1
                counts[split] = 1
        assigned[rows] = _by_hash(names[rows], (counts[0], counts[1]))
    return assigned


def _by_partition(names: np.ndarray, config: DataConfig, partition_file: Path | None) -> np.ndarray:
    if partition_file is None:
        raise FileNotFoundError(
            "--split=partition needs list_eval_partition.txt or list_eval_partition.csv beside the "
            f"attribute file, in {config.data_dir or '.'}, or in its folder Eval. "
            "If there is none, use --split=fractions."
        )
    listed, numbers = _read_partition(partition_file)
    positions = {name: position for position, name in enumerate(listed)}
    found = [positions.get(str(name)) for name in names]
    if None in found:
        found = match_names(names, listed).files
    missing = [str(name) for name, position in zip(names, found, strict=True) if position is None]
    if missing:
        raise ValueError(
            f"{partition_file} does not list {len(missing)} of {len(names)} images: "
            f"{', '.join(missing[:5])}. It lists {listed[0]!r}, for example. Add them, or use "
            "--split=fractions."
        )
    return np.array(numbers, np.uint8)[found]


def _read_partition(path: Path) -> tuple[list[str], list[int]]:
    """The listed file names and their split numbers."""
    names: list[str] = []
    numbers: list[int] = []
    rows, _ = read_rows(path)
    for number, row in rows:
        values = [cell.strip() for cell in row]
        if not names and values[-1] not in ("0", "1", "2"):
            continue  # a header
        if len(values) != 2 or values[1] not in ("0", "1", "2"):
            raise ValueError(
                f"{path}, line {number}: expected a file name and 0, 1 or 2. "
                f"Received: {' '.join(values)[:60]!r}."
            )
        names.append(values[0])
        numbers.append(int(values[1]))
    if not names:
        raise ValueError(f"{path} lists no images.")
    return names, numbers
