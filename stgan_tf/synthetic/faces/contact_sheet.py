"""A sheet to judge the drawings by: a row an identity, a column an attribute."""

from pathlib import Path

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.synthetic.contact_sheet import write_contact_sheet
from stgan_tf.synthetic.faces.counterfactuals import counterfactual
from stgan_tf.synthetic.faces.rendering import draw_face


def draw_contact_sheet(path: Path | str, seed: int, num_rows: int) -> Path:
    """Writes an image (format by suffix; PNG, JPEG) of the first `num_rows` faces: the drawing,
    then the same person with each of the 13 attributes inverted, in PAPER_ATTRIBUTES order."""
    rows = []
    for index in range(num_rows):
        base, attributes, _ = draw_face(seed, index)
        flipped = [
            counterfactual(seed, index, {name: 1 - attributes[name]}) for name in PAPER_ATTRIBUTES
        ]
        rows.append([base, *flipped])
    return write_contact_sheet(path, rows)
