"""The true translation of a drawn landscape: what a season transfer should have produced."""

import numpy as np

from stgan_tf.synthetic.landscapes.place_sampling import sample_place
from stgan_tf.synthetic.landscapes.rendering import draw_landscape


def true_translation(seed: int, index: int, season: str, size: int) -> np.ndarray:
    """Draws place number `index` (from 0; file 000001.png has index 0) in a season.

    Args:
      seed: of the data set (`load_provenance(data_dir).seed`).
      index: number of the drawing, from 0.
      season: one of SEASONS. In the season of its file: the file's own pixels.
      size: side in pixels, 16 to 1024 (`load_provenance(data_dir).size`).

    Returns:
      uint8 (size, size, 3), RGB.

    Raises:
      ValueError: for a negative number, another season or size.
    """
    return draw_landscape(sample_place(seed, index), season, size)
