"""Writes a data set of drawn faces in CelebA's own layout."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.data.image_table import ImageTable
from stgan_tf.files import make_folder, replacing, write_text, write_with
from stgan_tf.sources.attribute_files import write_attribute_file
from stgan_tf.synthetic.faces.derived_labels import celeba_labels
from stgan_tf.synthetic.faces.provenance import (
    FILE_NAME,
    UNFINISHED_FILE_NAME,
    Provenance,
    read_provenance,
)
from stgan_tf.synthetic.faces.rendering import LANDMARK_NAMES, landmarks, render, sample_face
from stgan_tf.synthetic.parallel import draw_in_processes

IMAGE_FOLDER = "img_align_celeba"
ATTRIBUTE_FILE = "list_attr_celeba.txt"
PARTITION_FILE = "list_eval_partition.txt"
LANDMARK_FILE = "list_landmarks_align_celeba.txt"
#: High enough that the compression's error is far below any edit's; part of the version.
JPEG_QUALITY = 94
#: Shares of the partition file, by index: train, validation; the rest is test.
TRAIN_SHARE, VALIDATION_SHARE = 0.8, 0.1

_Row = tuple[list[int], list[int]]
_logger = logging.getLogger(__name__)


def file_name(index: int) -> str:
    """CelebA counts from 1: drawing 0 is 000001.jpg."""
    return f"{index + 1:06d}.jpg"


def write_dataset(
    out_dir: Path | str,
    num_images: int,
    seed: int = 0,
    num_processes: int = 0,
    overwrite: bool = False,
    progress: bool = True,
) -> Path:
    """Draws `num_images` faces into `out_dir` as CelebA is laid out and returns that path.

    img_align_celeba/000001.jpg ..., list_attr_celeba.txt (40 columns), list_eval_partition.txt
    (80/10/10 % by index), list_landmarks_align_celeba.txt and synthetic_faces.json. The content
    depends on seed and index alone, not on num_images or num_processes. Interrupted, it goes on
    where it stopped; finished, the same call returns at once.

    Args:
      out_dir: folder, made where missing.
      num_images: 1 or more.
      seed: 0 or more.
      num_processes: workers; 0 takes one for each CPU core this process may use. Workers are
        spawned: a script calling this needs the usual `if __name__ == "__main__":`.
      overwrite: replaces a data set drawn with another seed, count or version.
      progress: shows a progress bar on stderr.

    Raises:
      ValueError: a number is out of range.
      FileExistsError: `out_dir` holds another drawn data set and `overwrite` is false, or holds
        images that were not drawn by this package (those are never touched).
    """
    for name, value, least in (
        ("num_images", num_images, 1),
        ("seed", seed, 0),
        ("num_processes", num_processes, 0),
    ):
        if value < least:
            raise ValueError(f"{name} must be {least} or more. Received: {value}.")
    folder = Path(out_dir)
    wanted = Provenance(seed=seed, num_images=num_images)
    if _is_finished(folder, wanted, overwrite):
        _logger.info("%s already holds these faces (%s).", folder, wanted.describe())
        return folder
    make_folder(folder / IMAGE_FOLDER)
    wanted.write(folder / UNFINISHED_FILE_NAME)
    rows = _draw_all(folder, wanted, num_processes, progress)
    _write_lists(folder, rows)
    wanted.write(folder / FILE_NAME)
    (folder / UNFINISHED_FILE_NAME).unlink()
    return folder


def _is_finished(folder: Path, wanted: Provenance, overwrite: bool) -> bool:
    """Whether nothing is left to do; clears what must go first, or raises FileExistsError."""
    records = [folder / name for name in (FILE_NAME, UNFINISHED_FILE_NAME)]
    found = [path for path in records if path.is_file()]
    if not found:
        foreign = [name for name in (IMAGE_FOLDER, ATTRIBUTE_FILE) if (folder / name).exists()]
        if foreign:
            raise FileExistsError(
                f"{folder} holds {' and '.join(foreign)} that this command did not draw; it is "
                "left as it is. Choose another --out_dir."
            )
        return False
    try:
        held = read_provenance(found[0])
    except ValueError:
        if not overwrite:
            raise
        held = None
    if held == wanted and not overwrite:
        for leftover in (folder / IMAGE_FOLDER).glob(".*.jpg"):
            leftover.unlink()  # what an interrupted run had not renamed yet
        return found[0].name == FILE_NAME
    if not overwrite:
        raise FileExistsError(
            f"{folder} holds other drawn faces ({held.describe()}); asked for: "
            f"{wanted.describe()}. Pass --overwrite to replace them, or choose another --out_dir."
        )
    shutil.rmtree(folder / IMAGE_FOLDER, ignore_errors=True)
    for name in (FILE_NAME, UNFINISHED_FILE_NAME, ATTRIBUTE_FILE, PARTITION_FILE, LANDMARK_FILE):
        (folder / name).unlink(missing_ok=True)
    return False


def _draw_all(folder: Path, wanted: Provenance, processes: int, progress: bool) -> list[_Row]:
    tasks = [(str(folder / IMAGE_FOLDER), wanted.seed, index) for index in range(wanted.num_images)]
    bar = {"total": len(tasks), "unit": "face", "disable": not progress, "desc": "Drawing faces"}
    return list(tqdm(draw_in_processes(_draw_one, tasks, processes), **bar))


def _draw_one(task: tuple[str, int, int]) -> _Row:
    """Draws one face unless its file is there (files are whole or absent); returns its rows."""
    folder, seed, index = task
    identity, attributes = sample_face(seed, index)
    path = Path(folder, file_name(index))
    if not path.is_file():
        image = Image.fromarray(render(identity, attributes))
        write_with(
            path, lambda temporary: image.save(temporary, quality=JPEG_QUALITY, subsampling=0)
        )
    labels = list(celeba_labels(identity, attributes).values())
    points = landmarks(identity)
    return labels, [round(value) for name in LANDMARK_NAMES for value in points[name]]


def _write_lists(folder: Path, rows: list[_Row]) -> None:
    names = [file_name(index) for index in range(len(rows))]
    labels = np.array([label for label, _ in rows], np.uint8)
    with replacing(folder / ATTRIBUTE_FILE) as temporary:
        write_attribute_file(temporary, ImageTable(np.array(names), labels, CELEBA_ATTRIBUTES))
    split = "".join(f"{name} {part}\n" for name, part in zip(names, _split(len(rows)), strict=True))
    write_text(folder / PARTITION_FILE, split)
    header = " ".join(f"{name}_{axis}" for name in LANDMARK_NAMES for axis in "xy")
    lines = "".join(
        f"{name} {' '.join(f'{value:3d}' for value in points)}\n"
        for name, (_, points) in zip(names, rows, strict=True)
    )
    write_text(folder / LANDMARK_FILE, f"{len(rows)}\n{header}\n{lines}")


def _split(count: int) -> Iterator[int]:
    train = round(count * TRAIN_SHARE)
    validation = round(count * (TRAIN_SHARE + VALIDATION_SHARE))
    return (0 if i < train else 1 if i < validation else 2 for i in range(count))
