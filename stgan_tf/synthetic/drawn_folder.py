"""A folder of drawn images: begun, gone on with, finished; what others put there is left alone."""

import dataclasses
import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from tqdm import tqdm

from stgan_tf.files import make_folder, write_with
from stgan_tf.synthetic.parallel import draw_in_processes
from stgan_tf.synthetic.provenance import Provenance

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Contents:
    """What a scene writes into a data set's folder, besides the record; names relative to it.

    image_folders: hold drawn images only. lists: files. signs: names that without a record say that
    the folder is somebody's: nothing may be drawn into it.
    """

    image_folders: tuple[str, ...]
    signs: tuple[str, ...]
    lists: tuple[str, ...] = ()


def require_least(**numbers: tuple[int, int]) -> None:
    """ValueError naming the first of name=(value, least) that is below."""
    for name, (value, least) in numbers.items():
        if value < least:
            raise ValueError(f"{name} must be {least} or more. Received: {value}.")


def write_folder(
    folder: Path, wanted: Provenance, contents: Contents, overwrite: bool, draw: Callable[[], None]
) -> Path:
    """Calls draw(), which writes `contents`, unless the folder is finished; returns it.

    A record of what is drawn is there from the beginning, under another name until all is done:
    interrupted, the same call goes on.

    Raises FileExistsError where the folder holds another drawn data set and `overwrite` is false,
    or what was not drawn (never touched); ValueError for a record that cannot be read.
    """
    if _is_finished(folder, wanted, contents, overwrite):
        _logger.info("%s already holds these %s (%s).", folder, wanted.subject, wanted.describe())
        return folder
    make_folder(folder)
    wanted.write(folder, finished=False)
    draw()
    wanted.write(folder, finished=True)
    (folder / wanted.file_name(finished=False)).unlink()
    return folder


def _is_finished(folder: Path, wanted: Provenance, contents: Contents, overwrite: bool) -> bool:
    """Whether nothing is left to do; clears what must go first, or raises FileExistsError."""
    records = [folder / wanted.file_name(finished) for finished in (True, False)]
    found = [path for path in records if path.is_file()]
    if not found:
        _require_unused(folder, wanted, contents)
        return False
    try:
        held = wanted.read(found[0])
    except ValueError:
        if not overwrite:
            raise
        held = None
    if held == wanted and not overwrite:
        _remove_halves(folder, contents)
        return found[0] == records[0]
    if not overwrite:
        raise FileExistsError(
            f"{folder} holds other drawn {wanted.subject} ({held.describe()}); asked for: "
            f"{wanted.describe()}. Pass --overwrite to replace them, or choose another --out_dir."
        )
    for name in contents.image_folders:
        shutil.rmtree(folder / name, ignore_errors=True)
    for path in (*records, *(folder / name for name in contents.lists)):
        path.unlink(missing_ok=True)
    return False


def _require_unused(folder: Path, wanted: Provenance, contents: Contents) -> None:
    foreign = [name for name in contents.signs if (folder / name).exists()]
    foreign += sorted(path.name for path in folder.glob("synthetic_*.json"))  # of other scenes
    if foreign:
        raise FileExistsError(
            f"{folder} holds {' and '.join(foreign)}, which drawing {wanted.subject} did not "
            "write; it is left as it is. Choose another --out_dir."
        )


def _remove_halves(folder: Path, contents: Contents) -> None:
    """Removes what an interrupted run had not renamed yet."""
    for name in contents.image_folders:
        for leftover in (folder / name).glob(".[0-9]*-*"):
            leftover.unlink()


def draw_all(
    draw: Callable[[_Task], _Result],
    tasks: Sequence[_Task],
    subject: str,
    num_processes: int,
    progress: bool,
) -> list[_Result]:
    """draw(task) for each task, in order, on all cores (`draw_in_processes`), with a bar on stderr
    where `progress` says.
    """
    drawn = draw_in_processes(draw, tasks, num_processes)
    name = f"Drawing {subject}"
    return list(tqdm(drawn, total=len(tasks), unit="image", disable=not progress, desc=name))


def number_of_file(index: int) -> str:
    """The name, without its ending, of the drawing of that index: CelebA counts from 1, so drawing
    0 is 000001.
    """
    return f"{index + 1:06d}"


def write_unless_there(path: Path, draw: Callable[[], np.ndarray], **options: object) -> None:
    """Draws (uint8, H x W x 3) and saves with Pillow's `options`, unless the file is there: files
    are whole or absent.
    """
    if not path.is_file():
        image = Image.fromarray(draw())
        write_with(path, lambda temporary: image.save(temporary, **options))
