"""A sheet to judge the drawings by: a row a place, a column a season."""

from pathlib import Path

from stgan_tf.synthetic.contact_sheet import write_contact_sheet
from stgan_tf.synthetic.landscapes.seasons import SEASONS
from stgan_tf.synthetic.landscapes.translations import true_translation


def draw_contact_sheet(path: Path | str, seed: int, num_rows: int, size: int = 128) -> Path:
    """Writes an image (format by suffix; PNG, JPEG) of the first `num_rows` places, each in the
    four SEASONS; `size` is a drawing's side in pixels."""
    return write_contact_sheet(
        path,
        (
            [true_translation(seed, index, season, size) for season in SEASONS]
            for index in range(num_rows)
        ),
    )
