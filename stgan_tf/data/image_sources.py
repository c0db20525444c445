"""Checks every image file of a table once, before training: whether it can be read, and how.

TensorFlow decodes most files as they are. The others (see `image_sniffing`) are converted once,
with Pillow, to upright PNG files in $XDG_CACHE_HOME/stgan_tf/images, because the pipelines support
only TensorFlow's formats. A PNG is keyed by the path, size and modification time of its image.
"""

import dataclasses
import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from stgan_tf.alignment.channels import as_rgb
from stgan_tf.alignment.photo import decode_photo
from stgan_tf.config.data import DataConfig
from stgan_tf.data.decoding import fault_of, usable
from stgan_tf.data.image_table import ImageTable, Sources
from stgan_tf.data.recorded_frame import fitting, rule_of_first
from stgan_tf.files import write_with
from stgan_tf.image_formats import HEAD_BYTES, UnreadableImageError, readable_formats, refusal
from stgan_tf.image_sniffing import sniff

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

#: Files that a thread checks per task.
_CHUNK = 256
_THREADS = 8
#: Faults listed individually in a message.
_TOLD = 10
#: Compression level of the PNG files: fast to write, slightly larger than with the default.
_COMPRESSION = 1


def readable(table: ImageTable, config: DataConfig) -> ImageTable:
    """`table` with its `sources`. Raises a ValueError that lists the files that are empty,
    unsupported, truncated or, if Pillow has to read them, damaged. With config.skip_bad_images they
    are dropped and logged instead, as are those that cannot be decoded or do not fit the crop
    (every file is decoded to find them).
    """
    table, faults = look(table)
    if faults and not config.skip_bad_images:
        raise ValueError(
            f"{_listed(faults, len(table))}\nReplace them, or drop them with --skip_bad_images."
        )
    if config.skip_bad_images:
        rule = config.crop_rule
        good = ~np.isin(np.arange(len(table)), list(faults))
        rows = np.flatnonzero(good)
        good[rows] = usable(table.select(rows), rule)
        rule = rule_of_first(table.paths[good], config)
        if rule != config.crop_rule:
            good[good] = fitting(table.paths[good], rule)
        bad = np.flatnonzero(~good)
        for row in bad[:_TOLD]:
            faults.setdefault(row, fault_of(str(table.paths[row]), rule))
        faults |= {row: "" for row in bad if row not in faults}
        if len(bad):
            logging.warning("%s\nThey are dropped (--skip_bad_images).", _listed(faults, len(good)))
        table = table.select(good)
    return table


def look(table: ImageTable) -> tuple[ImageTable, dict[int, str]]:
    """`table` with its `sources`, and {row: fault} for the files that cannot be read."""
    chunks = [table.paths[start : start + _CHUNK] for start in range(0, len(table), _CHUNK)]
    seen = [row for rows in _in_threads(_look_at, chunks) for row in rows]
    files = [str(path) for path in table.paths]
    orientations = np.array([orientation for orientation, _ in seen], np.uint8)
    faults = {row: fault for row, (_, fault) in enumerate(seen) if fault}
    rows = [row for row, (orientation, fault) in enumerate(seen) if not (orientation or fault)]
    if rows:
        logging.info(
            "%d of %d images cannot be decoded correctly by TensorFlow: converting them to PNG "
            "files in %s.",
            len(rows),
            len(table),
            _folder(),
        )
        for row, made in zip(
            rows, _in_threads(_converted, [files[row] for row in rows]), strict=True
        ):
            if isinstance(made, UnreadableImageError):
                faults[row] = _told(files[row], str(made))
            else:
                files[row] = str(made)
        orientations[rows] = 1
    sources = Sources(np.array(files, str), orientations)
    return dataclasses.replace(table, sources=sources), dict(sorted(faults.items()))


def _look_at(paths: Sequence[str]) -> list[tuple[int, str]]:
    """For each file: (EXIF orientation, "") if TensorFlow can decode it, (0, "") if Pillow has to,
    (0, fault) if it cannot be read.
    """
    found = []
    for path in paths:
        try:
            with open(path, "rb", buffering=0) as file:
                kind = sniff(file)
                if kind.plain:
                    found.append((kind.orientation, ""))
                elif kind.format in readable_formats():
                    found.append((0, ""))
                else:
                    file.seek(0)
                    found.append((0, _told(path, refusal(file.read(HEAD_BYTES)))))
        except OSError as error:
            found.append((0, f"{path}: {error.strerror or error}."))
    return found


def _told(path: str, reason: str) -> str:
    return f"{path}: {reason}."


def _converted(path: str) -> Path | UnreadableImageError:
    """The PNG of an image, created if it does not exist yet; or the error why it cannot be."""
    status = os.stat(path)
    key = f"{os.path.abspath(path)}\0{status.st_size}\0{status.st_mtime_ns}"
    name = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    made = _folder() / name[:2] / f"{name}.png"
    if made.is_file():
        return made
    try:
        with open(path, "rb") as file:
            pixels = as_rgb(decode_photo(file).pixels)
    except UnreadableImageError as error:
        return error
    image = Image.fromarray(pixels)
    write_with(made, lambda file: image.save(file, "PNG", compress_level=_COMPRESSION))
    return made


def _folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stgan_tf" / "images"


def _listed(faults: dict[int, str], count: int) -> str:
    told = list(faults.values())[:_TOLD]
    more = f"\n  ... and {len(faults) - len(told)} more" if len(faults) > len(told) else ""
    lines = "".join(f"\n  {line}" for line in told)
    return f"{len(faults)} of {count} images cannot be used:{lines}{more}"


def _in_threads(do: Callable[[_Task], _Result], tasks: Sequence[_Task]) -> list[_Result]:
    """[do(task) for each task]; pending tasks are cancelled on an error or Ctrl-C."""
    pool = ThreadPoolExecutor(min(_THREADS, max(1, len(tasks))))
    try:
        return list(pool.map(do, tasks))
    finally:
        pool.shutdown(cancel_futures=True)
