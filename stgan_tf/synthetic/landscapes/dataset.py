"""Writes a data set of drawn landscapes: a folder a season, each place in one of them."""

from collections.abc import Sequence
from pathlib import Path

from stgan_tf.config.data import DEFAULT_SEASONS
from stgan_tf.files import make_folder
from stgan_tf.synthetic.drawn_folder import (
    Contents,
    draw_all,
    number_of_file,
    require_least,
    write_folder,
    write_unless_there,
)
from stgan_tf.synthetic.landscapes.provenance import LandscapeProvenance
from stgan_tf.synthetic.landscapes.rendering import require_size
from stgan_tf.synthetic.landscapes.seasons import SEASONS
from stgan_tf.synthetic.landscapes.translations import true_translation

TRAIN_FOLDER, TEST_FOLDER = "train", "test"
#: Of PNG, which loses nothing at any: twice as fast as Pillow's own choice, and 3 % larger.
COMPRESSION = 3
#: By index; the rest is test.
TRAIN_SHARE = 0.9
CONTENTS = Contents(
    image_folders=tuple(
        f"{part}/{name}" for part in (TRAIN_FOLDER, TEST_FOLDER) for name in SEASONS
    ),
    signs=(TRAIN_FOLDER, TEST_FOLDER),
)


def write_dataset(
    out_dir: Path | str,
    num_images: int,
    seasons: Sequence[str] = DEFAULT_SEASONS,
    size: int = 128,
    seed: int = 0,
    num_processes: int = 0,
    overwrite: bool = False,
    progress: bool = True,
) -> Path:
    """Draws `num_images` places into `out_dir`, a folder per split and season; returns that path.

    train/<season>/000001.png ..., test/<season>/... (the last 10 % by index), and
    synthetic_landscapes.json. File 000001 has index 0; a number is in one folder only. Each place
    is drawn in one season, that of index i in seasons[i % len(seasons)]: as with photos, no place
    is seen in two seasons. `true_translation` draws it in another. The content depends on seed,
    index, season and size alone, not on num_images or num_processes. Interrupted, it goes on where
    it stopped; finished, the same call returns at once.

    Args:
      out_dir: folder, made where missing.
      num_images: at least one for each season.
      seasons: two or more of SEASONS, each once.
      size: side in pixels, 16 to 1024.
      seed: 0 or more.
      num_processes: workers; 0 takes one for each CPU core this process may use. Workers are
        spawned: a script calling this needs the usual `if __name__ == "__main__":`.
      overwrite: replaces a data set drawn with other arguments or by another version.
      progress: shows a progress bar on stderr.

    Raises:
      ValueError: a number is out of range, or the seasons are not as they should be.
      FileExistsError: `out_dir` holds another drawn data set and `overwrite` is false, or holds
        folders that were not drawn by this package (those are never touched).
    """
    folder = Path(out_dir)
    wanted = LandscapeProvenance(
        seed=seed, num_images=num_images, seasons=tuple(seasons), size=size
    )
    require_size(size)
    require_least(
        num_images=(num_images, len(wanted.seasons)),
        seed=(seed, 0),
        num_processes=(num_processes, 0),
    )
    paths = _paths(folder, wanted)

    def draw() -> None:
        for parent in sorted({path.parent for path in paths}):
            make_folder(parent)
        tasks = [(str(path), seed, index, size) for index, path in enumerate(paths)]
        draw_all(_draw_one, tasks, wanted.subject, num_processes, progress)

    return write_folder(folder, wanted, CONTENTS, overwrite, draw)


def _paths(folder: Path, wanted: LandscapeProvenance) -> list[Path]:
    """The file of each index."""
    train = round(wanted.num_images * TRAIN_SHARE)
    return [
        folder
        / (TRAIN_FOLDER if index < train else TEST_FOLDER)
        / wanted.season_of(index)
        / f"{number_of_file(index)}.png"
        for index in range(wanted.num_images)
    ]


def _draw_one(task: tuple[str, int, int, int]) -> None:
    """Draws one place, in the season that its file's folder is named after."""
    name, seed, index, size = task
    path = Path(name)
    write_unless_there(
        path,
        lambda: true_translation(seed, index, path.parent.name, size),
        compress_level=COMPRESSION,
    )
