"""Earrings."""

from stgan_tf.synthetic.faces.appearance import Appearance
from stgan_tf.synthetic.faces.hair_shapes import STYLES
from stgan_tf.synthetic.faces.identity import Identity
from stgan_tf.synthetic.vector_drawing import Drawing


def shows_earrings(identity: Identity, male: bool) -> bool:
    """Women whose hair leaves the ears free, or nearly so."""
    return identity.earrings and not male and not STYLES[identity.hair_female].is_long


def draw_earrings(drawing: Drawing, look: Appearance) -> None:
    """A stud and a drop at each ear."""
    if not shows_earrings(look.identity, look.male):
        return
    for side in (-1, 1):
        x = side * (look.cheek_half_width + 3)
        drawing.ellipse((x, 133), (1.8, 1.8), "#f2dc92")
        drawing.ellipse((x, 139), (2.6, 3.8), "#d9b24a")
        drawing.ellipse((x + look.light_side, 137.6), (0.9, 1.2), "#fff8dd")
