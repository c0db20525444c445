"""Writes a data set of drawn faces in CelebA's own layout."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.data.image_table import ImageTable
from stgan_tf.files import make_folder, replacing, write_text
from stgan_tf.sources.attribute_files import write_attribute_file
from stgan_tf.synthetic.drawn_folder import (
    Contents,
    draw_all,
    number_of_file,
    require_least,
    write_folder,
    write_unless_there,
)
from stgan_tf.synthetic.faces.derived_labels import celeba_labels
from stgan_tf.synthetic.faces.provenance import FaceProvenance
from stgan_tf.synthetic.faces.rendering import LANDMARK_NAMES, landmarks, render, sample_face

IMAGE_FOLDER = "img_align_celeba"
ATTRIBUTE_FILE = "list_attr_celeba.txt"
PARTITION_FILE = "list_eval_partition.txt"
LANDMARK_FILE = "list_landmarks_align_celeba.txt"
CONTENTS = Contents(
    image_folders=(IMAGE_FOLDER,),
    lists=(ATTRIBUTE_FILE, PARTITION_FILE, LANDMARK_FILE),
    signs=(IMAGE_FOLDER, ATTRIBUTE_FILE),
)
#: High enough that the compression's error is far below any edit's; part of the version.
JPEG_QUALITY = 94
#: Shares of the partition file, by index: train, validation; the rest is test.
TRAIN_SHARE, VALIDATION_SHARE = 0.8, 0.1

_Row = tuple[list[int], list[int]]


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
    require_least(num_images=(num_images, 1), seed=(seed, 0), num_processes=(num_processes, 0))
    folder = Path(out_dir)
    wanted = FaceProvenance(seed=seed, num_images=num_images)

    def draw() -> None:
        make_folder(folder / IMAGE_FOLDER)
        tasks = [(str(folder / IMAGE_FOLDER), seed, index) for index in range(num_images)]
        rows = draw_all(_draw_one, tasks, wanted.subject, num_processes, progress)
        _write_lists(folder, rows)

    return write_folder(folder, wanted, CONTENTS, overwrite, draw)


def _draw_one(task: tuple[str, int, int]) -> _Row:
    """Draws one face unless its file is there; returns its rows."""
    folder, seed, index = task
    identity, attributes = sample_face(seed, index)
    path = Path(folder, _file_name(index))
    write_unless_there(
        path, lambda: render(identity, attributes), quality=JPEG_QUALITY, subsampling=0
    )
    labels = list(celeba_labels(identity, attributes).values())
    points = landmarks(identity)
    return labels, [round(value) for name in LANDMARK_NAMES for value in points[name]]


def _file_name(index: int) -> str:
    return f"{number_of_file(index)}.jpg"


def _write_lists(folder: Path, rows: list[_Row]) -> None:
    names = [_file_name(index) for index in range(len(rows))]
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
