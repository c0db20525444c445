"""Decoded training images kept in memory or in one file (config.cache).

The cache stores uint8 pixels: the crops before the resize (padded to a square if --resize says so),
so that cached and uncached training see the same numbers, and one cache serves any image_size,
load_size and flips. Whole images may have different sizes; they are concatenated. CelebA with the
paper's crop takes 15.8 GB.

PATH contains the raw pixels; PATH.json beside it describes them, with a fingerprint of the image
files (names, sizes, modification times). A file that does not match is rebuilt.
"""

import dataclasses
import hashlib
import json
import logging
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tensorflow as tf

from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import drop_unreadable, reader, unreadable_message
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.recorded_frame import upright_size
from stgan_tf.files import replacing, write_text
from stgan_tf.frame import CropRule, Size
from stgan_tf.squaring import STRETCH

#: Limits on the pixels, and the images, decoded before they are written.
_BATCH_BYTES, _BATCH = 1 << 26, 64
_THREADS = 8
_CHANNELS = 3


@dataclasses.dataclass(frozen=True, eq=False)
class CachedImages:
    """The decoded pixels of N images in host memory.

    Attributes:
        pixels: uint8, (N, h, w, 3) if all images have the same size; otherwise all of them
            concatenated, (bytes,).
        sizes: (N, 2) int64, height and width of each.
    """

    pixels: tf.Tensor
    sizes: np.ndarray

    @property
    def is_array(self) -> bool:
        """Whether all images have the same size."""
        return self.pixels.shape.rank == 4

    def picture(self, index: tf.Tensor) -> tf.Tensor:
        """(h, w, 3) uint8: the image with that index, int64 (); for images of different sizes."""
        with tf.device("CPU:0"):
            sizes = tf.constant(self.sizes)
            starts = tf.constant(_starts(self.sizes))
        height, width = tf.unstack(tf.gather(sizes, index))
        shape = tf.stack([height, width, _CHANNELS])
        flat = tf.slice(self.pixels, [tf.gather(starts, index)], [tf.reduce_prod(shape)])
        return tf.ensure_shape(tf.reshape(flat, shape), [None, None, _CHANNELS])


def open_cache(table: ImageTable, config: DataConfig) -> CachedImages | None:
    """The decoded crops of `table`'s images, or None if config.cache is none. A file is
    memory-mapped, not read: a tensor of any size costs only the pages that are accessed. Raises
    ValueError for an image that cannot be read, and IsADirectoryError if the cache path is a
    folder.
    """
    if config.cache == "none":
        return None
    rule = config.crop_rule
    sizes = _crop_sizes(table, rule)
    same = (sizes == sizes[0]).all()
    shape = (len(table), *sizes[0].tolist(), _CHANNELS) if same else (int(_starts(sizes)[-1]),)
    if config.cache == "memory":
        return CachedImages(_in_memory(table, rule, sizes, shape), sizes)
    return CachedImages(_open_file(Path(config.cache), table, rule, sizes, shape), sizes)


def _starts(sizes: np.ndarray) -> np.ndarray:
    """(N + 1,) int64: the offsets where each image's pixels begin, and where the last ones end."""
    return np.cumsum(np.concatenate([[0], sizes.prod(axis=1) * _CHANNELS]), dtype=np.int64)


def _in_memory(
    table: ImageTable, rule: CropRule, sizes: np.ndarray, shape: tuple[int, ...]
) -> tf.Tensor:
    """Uses an anonymous file, in memory if the system supports that: NumPy and TensorFlow share its
    pages, while a tensor made from an array would need twice the memory.
    """
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("stgan_tf-images")
        try:
            return _filled(Path(f"/proc/self/fd/{handle}"), table, rule, sizes, shape)
        finally:
            os.close(handle)  # the tensor's mapping stays
    with tempfile.TemporaryDirectory(prefix="stgan_tf-") as folder:
        return _filled(Path(folder) / "images", table, rule, sizes, shape)


def _filled(
    path: Path, table: ImageTable, rule: CropRule, sizes: np.ndarray, shape: tuple[int, ...]
) -> tf.Tensor:
    _decode_to(path, table, rule, sizes)
    return _mapped(path, shape)


def _mapped(path: Path, shape: tuple[int, ...]) -> tf.Tensor:
    # TensorFlow remembers mappings by file name, even after the file has been replaced: so each
    # mapping gets its own name.
    with tempfile.TemporaryDirectory(prefix="stgan_tf-") as folder, tf.device("CPU:0"):
        link = Path(folder) / "images"
        link.symlink_to(path.absolute())
        return tf.raw_ops.ImmutableConst(dtype=tf.uint8, shape=shape, memory_region_name=str(link))


def _open_file(
    path: Path, table: ImageTable, rule: CropRule, sizes: np.ndarray, shape: tuple[int, ...]
) -> tf.Tensor:
    sidecar = path.with_name(path.name + ".json")
    # `stretch` is not recorded, as in the files of earlier versions.
    resize = [] if rule.resize == STRETCH else [rule.resize]
    holds = {
        "format": 2,
        "shape": list(shape),
        "crop": [list(rule.box or ()), list(rule.frame or ()), rule.whole, *resize],
        "files": _fingerprint(table.paths),
    }
    if path.is_dir():
        raise IsADirectoryError(f"--cache needs a file path, memory or none. Received: {path}.")
    if not _matches(path, sidecar, holds):
        logging.info("Decoding %d images into the cache %s.", len(table), path)
        with replacing(path) as temporary:
            _decode_to(temporary, table, rule, sizes)
            # The old description must not survive the old contents.
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


def _crop_sizes(table: ImageTable, rule: CropRule) -> np.ndarray:
    """(N, 2) int64: height and width of what is cached of each image. Crops must all have the size
    of the first one; whole images are measured.
    """
    paths = [str(path) for path in (table.paths if rule.box is None else table.paths[:1])]
    with ThreadPoolExecutor(_THREADS) as pool:
        sizes = list(pool.map(lambda path: _crop_size(path, rule), paths, chunksize=256))
    return np.broadcast_to(np.array(sizes, np.int64), (len(table), 2))


def _crop_size(path: str, rule: CropRule) -> tuple[int, int]:
    try:
        shown = rule.square_of(*upright_size(path)).shown
    except (OSError, ValueError) as error:
        raise ValueError(unreadable_message(path, rule)) from error
    return shown.height, shown.width


def _decode_to(path: Path, table: ImageTable, rule: CropRule, sizes: np.ndarray) -> None:
    starts = _starts(sizes)
    crops = np.memmap(path, np.uint8, "w+", shape=(int(starts[-1]),))
    with tf.device("CPU:0"):
        expected = tf.constant(sizes)
    pixels_of = reader(table, rule)

    def read(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pixels = pixels_of(index)
        size = tf.cast(tf.shape(pixels)[:2], tf.int64)
        fits = tf.reduce_all(size == tf.gather(expected, index))
        with tf.control_dependencies([tf.debugging.Assert(fits, [size])]):
            return index, tf.reshape(pixels, [-1])

    decoded = drop_unreadable(tf.data.Dataset.range(len(table)).map(read, tf.data.AUTOTUNE))
    largest = int(np.diff(starts).max())
    batches = decoded.ragged_batch(max(1, min(_BATCH, _BATCH_BYTES // largest)))
    done = 0
    for indices, pixels in batches.prefetch(2):
        gaps = np.flatnonzero(indices.numpy() != np.arange(done, done + len(indices)))
        if len(gaps):
            done += gaps[0]
            break
        after = done + len(indices)
        crops[starts[done] : starts[after]] = pixels.flat_values.numpy()
        done = after
    if done < len(table):
        raise ValueError(_fault(str(table.paths[done]), rule, Size(*sizes[done].tolist())))
    crops.flush()


def _fault(path: str, rule: CropRule, expected: Size) -> str:
    """Why an image could not be cached; all crops must have the size of the first one."""
    try:
        shown = rule.square_of(*upright_size(path)).shown
    except (OSError, ValueError):
        return unreadable_message(path, rule)
    if (shown.height, shown.width) == expected:
        return unreadable_message(path, rule)
    return (
        f"Image {path} gives {Size(shown.height, shown.width)} pixels (width x height), the first "
        f"image {expected}: --cache needs images of equal size, unless they are used whole "
        "(--crop=none). Set --cache=none."
    )
