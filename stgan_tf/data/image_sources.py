"""Looks once at every image file of a table, before training: which can be read, and how.

Most files are decoded by TensorFlow as they are. Of others (`image_sniffing` says which) Pillow
makes PNG files in $XDG_CACHE_HOME/stgan_tf/images, upright, once: the pipelines know no format but
TensorFlow's. A PNG belongs to the path, size and time of change of its image.
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

#: Files looked at together by a thread.
_CHUNK = 256
_THREADS = 8
#: Faults told one by one.
_TOLD = 10
#: Of the PNG files: quick to write, a little larger than the default's.
_COMPRESSION = 1


def readable(table: ImageTable, config: DataConfig) -> ImageTable:
    """`table` with its `sources`. Files that are empty, of a format that is not read, cut off or,
    where Pillow has to read them, damaged are refused by a ValueError that lists them; with
    config.skip_bad_images they are dropped with those that do not decode or do not fit the crop
    (every file is decoded for that), and the log says which.
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
    """`table` with its `sources`, and {row: what is wrong} for the files that cannot be read."""
    chunks = [table.paths[start : start + _CHUNK] for start in range(0, len(table), _CHUNK)]
    seen = [row for rows in _in_threads(_look_at, chunks) for row in rows]
    files = [str(path) for path in table.paths]
    orientations = np.array([orientation for orientation, _ in seen], np.uint8)
    faults = {row: fault for row, (_, fault) in enumerate(seen) if fault}
    rows = [row for row, (orientation, fault) in enumerate(seen) if not (orientation or fault)]
    if rows:
        logging.info(
            "%d of %d images are not decoded by TensorFlow (as it should be): PNG files of them "
            "are made in %s.",
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
    """(EXIF's orientation, "") of files that TensorFlow decodes, (0, "") of those that Pillow has
    to, (0, what is wrong) of those that are not read.
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
    """The PNG of an image, made where it is not there yet; or why there is none."""
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
    """[do(task) for each]; what has not begun is given up at an error or Ctrl-C."""
    pool = ThreadPoolExecutor(min(_THREADS, max(1, len(tasks))))
    try:
        return list(pool.map(do, tasks))
    finally:
        pool.shutdown(cancel_futures=True)
