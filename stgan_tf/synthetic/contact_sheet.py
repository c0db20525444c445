"""A sheet to judge drawings by."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from stgan_tf.files import write_with


def write_contact_sheet(path: Path | str, rows: Iterable[Sequence[np.ndarray]]) -> Path:
    """Writes an image (format by suffix; PNG, JPEG) of rows of drawings (uint8, all of one size)
    side by side, and returns its path."""
    sheet = np.concatenate([np.concatenate(row, axis=1) for row in rows], axis=0)
    write_with(path, Image.fromarray(sheet).save)
    return Path(path)
