"""Decoded training images kept in memory or in one file (config.cache).

The cache is an array (N, h, w, 3) uint8: the crops before the resize, so that cached and uncached
training see the same numbers. CelebA at the paper's crop is 15.8 GB.

PATH holds the raw array; PATH.json beside it says what it holds, with a fingerprint of the image
files (names, sizes, times of change). A file that does not match is rebuilt.
"""

import hashlib
import json
import logging
import os
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from stgan_tf.atomic_files import replacing, write_text
from stgan_tf.config import DataConfig
from stgan_tf.data.decoding import decoder, drop_unreadable, path_tensor, unreadable_message
from stgan_tf.data.image_table import ImageTable
from stgan_tf.images import CropBox, parse_crop

_BATCH = 64


def open_cache(table: ImageTable, config: DataConfig) -> np.ndarray | None:
    """The decoded crops of `table`'s images, (N, h, w, 3) uint8, or None where config.cache is
    none. A file's array is mapped, not read.
    """
    if config.cache == "none":
        return None
    box = parse_crop(config.crop, config.image_size)
    height, width = _crop_size(table, box)
    shape = (len(table), height, width, 3)
    if config.cache == "memory":
        crops = np.empty(shape, np.uint8)
        _decode_into(crops, table.paths, box)
        return crops
    return _open_file(Path(config.cache), table, box, shape)


def _open_file(
    path: Path, table: ImageTable, box: CropBox | None, shape: tuple[int, ...]
) -> np.ndarray:
    sidecar = path.with_name(path.name + ".json")
    holds = {
        "format": 1,
        "shape": list(shape),
        "crop": list(box) if box else None,
        "files": _fingerprint(table.paths),
    }
    if path.is_dir():
        raise IsADirectoryError(f"--cache needs a file path, memory or none. Received: {path}.")
    if not _matches(path, sidecar, holds):
        logging.info("Decoding %d images into the cache %s.", len(table), path)
        with replacing(path) as temporary:
            crops = np.memmap(temporary, np.uint8, "w+", shape=shape)
            _decode_into(crops, table.paths, box)
            crops.flush()
            del crops
            # The old description must not outlive the old contents.
            sidecar.unlink(missing_ok=True)
        write_text(sidecar, json.dumps(holds, indent=2) + "\n")
    return np.memmap(path, np.uint8, "r", shape=shape)


def _matches(path: Path, sidecar: Path, holds: dict) -> bool:
    if not path.exists():
        return False
    if not sidecar.exists():
        logging.warning("%s has no %s: rebuilding the cache.", path, sidecar.name)
        return False
    found = json.loads(sidecar.read_text(encoding="utf-8"))
    different = sorted(key for key in holds if found.get(key) != holds[key])
    if different:
        logging.warning(
            "The cache %s was made for other data (different: %s): rebuilding it.",
            path,
            ", ".join(different),
        )
        return False
    if path.stat().st_size != int(np.prod(holds["shape"])):
        logging.warning("The cache %s has the wrong size: rebuilding it.", path)
        return False
    return True


def _fingerprint(paths: np.ndarray) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in paths:
        status = os.stat(path)
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _crop_size(table: ImageTable, box: CropBox | None) -> tuple[int, int]:
    if box is not None:
        return box.height, box.width
    with Image.open(table.paths[0]) as first:
        return first.height, first.width


def _decode_into(crops: np.ndarray, files: np.ndarray, box: CropBox | None) -> None:
    decode = decoder(box)
    size = crops.shape[1:]

    def read(index: tf.Tensor, path: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return index, tf.ensure_shape(decode(path), size)

    numbered = tf.data.Dataset.from_tensor_slices((np.arange(len(files)), path_tensor(files)))
    decoded = drop_unreadable(numbered.map(read, tf.data.AUTOTUNE)).batch(_BATCH).prefetch(2)
    done = 0
    for indices, pixels in decoded:
        gaps = np.flatnonzero(indices.numpy() != np.arange(done, done + len(indices)))
        if len(gaps):
            done += gaps[0]
            break
        crops[done : done + len(indices)] = pixels.numpy()
        done += len(indices)
    if done < len(files):
        message = unreadable_message(str(files[done]), box or CropBox(0, 0, *size[:2]))
        if box is None:
            message += f" Without a crop the cache needs images of one size, {size[0]}x{size[1]}."
        raise ValueError(message)
