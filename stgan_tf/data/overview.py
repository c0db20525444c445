"""Summarises what a training run would find in its data folder: counts, sizes, crops. Reads only
image headers.
"""

import collections
from collections.abc import Sequence

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import unreadable_message
from stgan_tf.data.load import load_split
from stgan_tf.data.recorded_frame import upright_size, with_recorded_frame
from stgan_tf.data.splits import SPLITS
from stgan_tf.frame import Size

#: Number of images whose headers are read, spread over the training split; takes a second at most.
_SAMPLE = 1000
_SHOWN_SIZES = 5


def look_at(config: DataConfig, needed: Sequence[str] = ("train",)) -> tuple[DataConfig, list[str]]:
    """Returns `config` with the frame that training would record, and lines of text: the number of
    images in each split, their sizes and the part of them that is used. Splits that are not
    `needed` may be empty.

    Raises FileNotFoundError or ValueError if training would, for data that do not fit.
    """
    if not config.data_dir:
        return config, ["Data: not checked, because no --data_dir was given."]
    if config.dataset not in ("folder", "domains"):
        return config, [
            f"Data: not checked, because {config.dataset} is prepared when training starts."
        ]
    train = load_split(config, "train", decode=False).paths
    counts = {"train": len(train)}
    for split in SPLITS[1:]:
        try:
            counts[split] = len(load_split(config, split, decode=False))
        except FileNotFoundError:
            raise
        except ValueError:
            if split in needed:
                raise
            counts[split] = 0
    listed = ", ".join(f"{split} {count:,}" for split, count in counts.items())
    recorded = with_recorded_frame(config, _readable(train, config))
    return recorded, [
        f"Data: {sum(counts.values()):,} images in {config.data_dir}: {listed}.",
        *_sizes(train, recorded),
    ]


def _readable(paths: np.ndarray, config: DataConfig) -> np.ndarray:
    """`paths` from the first one that training would not drop."""
    for start, path in enumerate(map(str, paths[:_SAMPLE]) if config.skip_bad_images else ()):
        try:
            config.crop_rule.box_of(*upright_size(path))
        except (OSError, ValueError):
            continue
        return paths[start:]
    return paths


def _resized(config: DataConfig) -> str:
    if config.load_size <= config.image_size:
        return str(Size(config.image_size, config.image_size))
    crops = Size(config.image_size, config.image_size)
    return f"{Size(config.load_size, config.load_size)}, random squares of {crops}"


def _sizes(paths: np.ndarray, config: DataConfig) -> list[str]:
    rows = np.unique(np.linspace(0, len(paths) - 1, _SAMPLE).astype(int))
    found: collections.Counter[Size] = collections.Counter()
    bad = 0
    for path in map(str, paths[rows]):
        try:
            size = upright_size(path)
            config.crop_rule.box_of(*size)
        except (OSError, ValueError) as error:
            if not config.skip_bad_images:
                raise ValueError(unreadable_message(path, config.crop_rule)) from error
            bad += 1
        else:
            found[size] += 1
    lines = []
    for size, count in found.most_common(_SHOWN_SIZES):
        square = config.crop_rule.square_of(*size)
        box = square.part
        part = "whole" if (box.height, box.width) == size else f"the crop {box}"
        if square.is_filled:
            part += f", padded to {Size(square.shown.height, square.shown.width)}"
        lines.append(
            f"  {size} (width x height), {count:,} of {len(rows):,} checked: {part}, resized to "
            f"{_resized(config)}."
        )
    if len(found) > _SHOWN_SIZES:
        lines.append(f"  and {len(found) - _SHOWN_SIZES:,} other sizes.")
    if bad:
        lines.append(f"  {bad:,} of {len(rows):,} would be dropped (--skip_bad_images).")
    return lines
