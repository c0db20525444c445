"""What a training run would find in its data folder: counts, sizes, crops. Reads headers only."""

import collections
from collections.abc import Sequence

import numpy as np

from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import unreadable_message
from stgan_tf.data.load import load_split
from stgan_tf.data.recorded_frame import upright_size, with_recorded_frame
from stgan_tf.data.splits import SPLITS
from stgan_tf.frame import Size

#: Images whose headers are read, spread over the training split; takes a second at most.
_SAMPLE = 1000
_SHOWN_SIZES = 5


def look_at(config: DataConfig, needed: Sequence[str] = ("train",)) -> tuple[DataConfig, list[str]]:
    """`config` with the frame that training would record, and lines for people: images of each
    split, sizes of the images and the part of them that is taken. Splits that are not `needed` may
    be empty.

    Raises what training would for data that do not fit: FileNotFoundError or ValueError.
    """
    if not config.data_dir:
        return config, ["Data: not looked at, no --data_dir was given."]
    if config.dataset not in ("folder", "domains"):
        return config, [f"Data: not looked at, {config.dataset} is prepared when training starts."]
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
    """`paths` from the first one on that training would not drop."""
    for start, path in enumerate(map(str, paths[:_SAMPLE]) if config.skip_bad_images else ()):
        try:
            config.crop_rule.box_of(*upright_size(path))
        except (OSError, ValueError):
            continue
        return paths[start:]
    return paths


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
        box = config.crop_rule.box_of(*size)
        part = "whole" if (box.height, box.width) == size else f"the crop {box}"
        lines.append(
            f"  {size} (width x height), {count:,} of {len(rows):,} looked at: {part}, resized to "
            f"{config.image_size}x{config.image_size}."
        )
    if len(found) > _SHOWN_SIZES:
        lines.append(f"  and {len(found) - _SHOWN_SIZES:,} other sizes.")
    if bad:
        lines.append(f"  {bad:,} of {len(rows):,} would be dropped (--skip_bad_images).")
    return lines
