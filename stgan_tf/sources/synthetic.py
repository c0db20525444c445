"""Drawn faces as a source: `--dataset=synthetic` draws --synthetic_images of them once.

They lie in the cache folder ($XDG_CACHE_HOME/stgan_tf or ~/.cache/stgan_tf), named after number,
seed and the drawing's version, and are drawn again where they are missing: the same configuration
gives the same faces on any machine. Each face depends on seed and index alone.
"""

import sys
from pathlib import Path

from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.config.data import DataConfig
from stgan_tf.sources.attribute_files import column_of
from stgan_tf.sources.derived_folder import cache_root, only_maker_of
from stgan_tf.synthetic.faces import GENERATOR_VERSION, write_dataset
from stgan_tf.synthetic.faces.provenance import FILE_NAME

_SEED = 0


def draw_once(config: DataConfig) -> Path:
    """The folder of config.synthetic_images drawn faces, in CelebA's layout. Raises ValueError for
    an attribute that they do not have, before minutes of drawing.
    """
    for name in config.attributes:
        column_of("the drawn faces", CELEBA_ATTRIBUTES, name)
    number = config.synthetic_images
    folder = cache_root() / f"faces_{number}_seed{_SEED}_version{GENERATOR_VERSION}"
    # Written last, so where it is there is nothing to wait for.
    if (folder / FILE_NAME).is_file():
        return folder
    with only_maker_of(folder):
        if not (folder / FILE_NAME).is_file():
            print(f"Drawing {number} faces into {folder}, once.", file=sys.stderr, flush=True)
            write_dataset(folder, number, seed=_SEED)
    return folder
