"""Drawn images as a source: `--dataset=synthetic` draws --synthetic_images of --scene once.

They are stored in the cache folder ($XDG_CACHE_HOME/stgan_tf or ~/.cache/stgan_tf), in a folder
named after their number, the seed and the drawing's version, and drawn again if missing: the same
configuration gives the same images on any machine. Each image depends only on the seed and its
index, a landscape also on its season and size.
"""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.config.data import DataConfig
from stgan_tf.sources.attribute_files import column_of
from stgan_tf.sources.derived_folder import cache_root, only_maker_of
from stgan_tf.sources.domain_layout import DomainFolder, DomainLayout
from stgan_tf.synthetic import faces, landscapes
from stgan_tf.synthetic.faces.provenance import FaceProvenance
from stgan_tf.synthetic.landscapes.dataset import TEST_FOLDER, TRAIN_FOLDER
from stgan_tf.synthetic.landscapes.provenance import LandscapeProvenance
from stgan_tf.synthetic.landscapes.seasons import require_seasons
from stgan_tf.synthetic.provenance import Provenance

_SEED = 0
#: A landscape is drawn at the size to which training resizes it, but not smaller than this, nor
#: larger than can be drawn: smaller ones would be drawn at this size and shrunk anyway, and so they
#: share one folder.
_LEAST_SIDE = 128


class _DataSet(NamedTuple):
    """A drawn data set; write(folder, number, seed=...) draws it."""

    folder: Path
    record: type[Provenance]
    write: Callable[..., object]


def draw_once(config: DataConfig) -> Path:
    """The folder of config.synthetic_images drawn faces, in CelebA's layout, or landscapes, in one
    folder per season; drawn first if missing. Raises ValueError for an attribute that faces do not
    have, before drawing for minutes, and ConfigError for unknown seasons.
    """
    if config.scene == "landscapes":
        wanted = _landscapes(config)
    else:
        for name in config.attributes:
            column_of("the drawn faces", CELEBA_ATTRIBUTES, name)
        wanted = _faces(config)
    # Written last: if it exists, there is nothing to wait for.
    record = wanted.folder / wanted.record.file_name()
    if record.is_file():
        return wanted.folder
    with only_maker_of(wanted.folder):
        if not record.is_file():
            number, subject = config.synthetic_images, wanted.record.subject
            message = f"Drawing {number} {subject} in {wanted.folder}, once."
            print(message, file=sys.stderr, flush=True)
            wanted.write(wanted.folder, number, seed=_SEED)
    return wanted.folder


def is_drawn(config: DataConfig) -> bool:
    """Whether `draw_once` has nothing to draw."""
    wanted = _landscapes(config) if config.scene == "landscapes" else _faces(config)
    return (wanted.folder / wanted.record.file_name()).is_file()


def layout_of_landscapes(config: DataConfig) -> DomainLayout:
    """The season folders of `draw_once`, whether drawn yet or not. Raises ConfigError for unknown
    seasons.
    """
    root = _landscapes(config).folder
    return DomainLayout(
        root,
        tuple(
            DomainFolder(root / part / season, season, split)
            for part, split in ((TRAIN_FOLDER, 0), (TEST_FOLDER, 2))
            for season in sorted(config.seasons)
        ),
    )


def _faces(config: DataConfig) -> _DataSet:
    name = f"faces_{config.synthetic_images}_seed{_SEED}_version{faces.GENERATOR_VERSION}"
    return _DataSet(cache_root() / name, FaceProvenance, faces.write_dataset)


def _landscapes(config: DataConfig) -> _DataSet:
    seasons = config.seasons
    require_seasons(seasons)
    wanted = max(config.image_size, config.load_size, _LEAST_SIDE)
    side = min(wanted, landscapes.LARGEST)
    name = (
        f"landscapes_{config.synthetic_images}_{'_'.join(seasons)}_{side}px_seed{_SEED}"
        f"_version{landscapes.GENERATOR_VERSION}"
    )
    write = functools.partial(landscapes.write_dataset, seasons=seasons, size=side)
    return _DataSet(cache_root() / name, LandscapeProvenance, write)
