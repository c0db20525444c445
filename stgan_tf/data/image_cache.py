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
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import drop_unreadable, reader, unreadable_message
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.recorded_frame import upright_size
from stgan_tf.files import replacing, write_text
from stgan_tf.frame import CropRule, Size

_BATCH = 64


def open_cache(table: ImageTable, config: DataConfig) -> tf.Tensor | None:
    """The decoded crops of `table`'s images, (N, h, w, 3) uint8 in host memory, or None where
    config.cache is none. A file is mapped into memory, not read: a tensor of any size costs only
    the pages that are looked at.
    """
    if config.cache == "none":
        return None
    rule = config.crop_rule
    height, width = _crop_size(table, rule)
    shape = (len(table), height, width, 3)
    if config.cache == "memory":
        return _in_memory(table, rule, shape)
    return _open_file(Path(config.cache), table, rule, shape)


def _in_memory(table: ImageTable, rule: CropRule, shape: tuple[int, ...]) -> tf.Tensor:
    """Through a file without a name, in memory where the system has such: NumPy and TensorFlow
    share its pages, while a tensor made of an array would hold everything twice.
    """
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("stgan_tf-images")
        try:
            return _filled(Path(f"/proc/self/fd/{handle}"), table, rule, shape)
        finally:
            os.close(handle)  # the tensor's mapping stays
    with tempfile.TemporaryDirectory(prefix="stgan_tf-") as folder:
        return _filled(Path(folder) / "images", table, rule, shape)


def _filled(path: Path, table: ImageTable, rule: CropRule, shape: tuple[int, ...]) -> tf.Tensor:
    _decode_to(path, table, rule, shape)
    return _mapped(path, shape)


def _mapped(path: Path, shape: tuple[int, ...]) -> tf.Tensor:
    # TensorFlow remembers a mapping by its name, also when another file has taken it: so each gets
    # a name of its own.
    with tempfile.TemporaryDirectory(prefix="stgan_tf-") as folder, tf.device("CPU:0"):
        link = Path(folder) / "images"
        link.symlink_to(path.absolute())
        return tf.raw_ops.ImmutableConst(dtype=tf.uint8, shape=shape, memory_region_name=str(link))


def _open_file(path: Path, table: ImageTable, rule: CropRule, shape: tuple[int, ...]) -> tf.Tensor:
    sidecar = path.with_name(path.name + ".json")
    holds = {
        "format": 2,
        "shape": list(shape),
        "crop": [list(rule.box or ()), list(rule.frame or ()), rule.whole],
        "files": _fingerprint(table.paths),
    }
    if path.is_dir():
        raise IsADirectoryError(f"--cache needs a file path, memory or none. Received: {path}.")
    if not _matches(path, sidecar, holds):
        logging.info("Decoding %d images into the cache %s.", len(table), path)
        with replacing(path) as temporary:
            _decode_to(temporary, table, rule, shape)
            # The old description must not outlive the old contents.
            sidecar.unlink(missing_ok=True)
        write_text(sidecar, json.dumps(holds, indent=2) + "\n")
    return _mapped(path, shape)


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


def _crop_size(table: ImageTable, rule: CropRule) -> tuple[int, int]:
    """Height and width of the first image's crop; all must have them."""
    path = str(table.paths[0])
    try:
        box = rule.box_of(*upright_size(path))
    except (OSError, ValueError) as error:
        raise ValueError(unreadable_message(path, rule)) from error
    return box.height, box.width


def _decode_to(path: Path, table: ImageTable, rule: CropRule, shape: tuple[int, ...]) -> None:
    crops = np.memmap(path, np.uint8, "w+", shape=shape)
    size, pixels_of = shape[1:], reader(table, rule)

    def read(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return index, tf.ensure_shape(pixels_of(index), size)

    decoded = drop_unreadable(tf.data.Dataset.range(len(table)).map(read, tf.data.AUTOTUNE))
    done = 0
    for indices, pixels in decoded.batch(_BATCH).prefetch(2):
        gaps = np.flatnonzero(indices.numpy() != np.arange(done, done + len(indices)))
        if len(gaps):
            done += gaps[0]
            break
        crops[done : done + len(indices)] = pixels.numpy()
        done += len(indices)
    if done < len(table):
        raise ValueError(_fault(str(table.paths[done]), rule, Size(*size[:2])))
    crops.flush()


def _fault(path: str, rule: CropRule, first: Size) -> str:
    """Why an image is not in the cache, whose crops are all as large as the first one."""
    try:
        box = rule.find(*upright_size(path))
    except (OSError, ValueError):
        box = None
    if box is None or (box.height, box.width) == first:
        return unreadable_message(path, rule)
    return (
        f"Image {path} gives {Size(box.height, box.width)} pixels (width x height), the first "
        f"image {first}: --cache needs images of one size. Set --cache=none."
    )
