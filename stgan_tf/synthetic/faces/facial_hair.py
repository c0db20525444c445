"""Beards and moustaches."""

import math

from stgan_tf.synthetic.colour_arithmetic import mix, shade
from stgan_tf.synthetic.faces.appearance import MOUTH_Y, Appearance
from stgan_tf.synthetic.vector_drawing import Drawing, Point, mirrored, smooth


def _jaw_line(look: Appearance, outward: float, below: float) -> list[Point]:
    """Right half of the jaw from the ear to the chin, `outward`/`below` px outside the face."""
    jaw, chin = look.jaw_half_width, look.chin_half_width
    return [
        (look.cheek_half_width + outward * 0.3, 124),
        (jaw + 1.5 + outward, 150),
        ((jaw + chin) * 0.52 + 4 + outward, look.chin_y - 12 + below * 0.5),
        (chin + outward, look.chin_y - 2 + below),
        (0, look.chin_y + below),
    ]


def _beard_path(look: Appearance) -> str:
    style = look.identity.beard
    half = look.identity.mouth_width
    lip = MOUTH_Y + (17.8 if look.mouth_open else 11.5)
    # The edge passes below an open mouth too, so that the beard never hides the lips.
    inner = [(0, lip), (half * 0.62, lip + 0.5)]
    if style == "goatee":
        outer = [(half + 2, MOUTH_Y + 5), (half + 4.5, MOUTH_Y + 14), (half * 0.9, look.chin_y - 1),
                 (half * 0.5, look.chin_y + 7), (0, look.chin_y + 9)]  # fmt: skip
    else:
        inner.append((half + 4, MOUTH_Y + 4))
        outward, below, rise = {
            "boxed": (1.2, 4.5, 1.0),
            "long": (3.0, 20.0, 6.0),
            "stubble": (0.0, 0.5, 7.0),
            "full": (2.0, 7.0, 6.0),
        }[style]
        outer = _jaw_line(look, outward, below)
        inner += [(half + 9, MOUTH_Y - rise), (look.cheek_half_width - 7, 132)]
    left_outer = [(-x, y) for x, y in reversed(outer[:-1])]
    left_inner = [(-x, y) for x, y in reversed(inner[1:])]
    return smooth([*outer, *left_outer, *left_inner, *inner], closed=True)


def draw_beard(drawing: Drawing, look: Appearance) -> None:
    """The identity's beard; the moustache is an attribute of its own and stays out."""
    if not look.beard:
        return
    rng = look.identity.random(3)
    stubble = look.identity.beard == "stubble"
    path = _beard_path(look)
    colour = mix(look.whisker, "#8f8c8a", 0.0 if look.young else 0.4)
    dark = shade(colour, 0.62)
    with drawing.blur(0.7 if not stubble else 1.0):
        drawing.fill(path, dark if stubble else colour, 0.66 if stubble else 0.97)
        # A little shadow of hair above the lip keeps a beard without moustache believable.
        above_lip = [(-15, 148.5), (-6, 142.5), (0, 143.5), (6, 142.5), (15, 148.5), (0, 146.5)]
        drawing.fill(smooth(above_lip, closed=True), dark, 0.3)
    light, dark_strands = "", ""
    for index in range(70 if stubble else 110):
        angle = math.pi * (index + rng.random()) / (70 if stubble else 110)
        reach = rng.uniform(0.62, 1.0)
        x = math.cos(angle) * look.jaw_half_width * reach
        y = 146 + math.sin(angle) * (look.chin_y - 147) * reach
        length = rng.uniform(1.2, 2) if stubble else rng.uniform(4, 8)
        end = (x + x * 0.02 * length, y + length)
        strand = smooth([(x, y), (x + rng.uniform(-1, 1), y + length / 2), end])
        if index % 2:
            light += strand
        else:
            dark_strands += strand
    with drawing.clip(path):
        drawing.stroke(dark_strands, dark, 1.1, 0.6)
        drawing.stroke(light, mix(colour, "#ffffff", 0.22), 1.0, 0.3 if stubble else 0.5)


def draw_moustache(drawing: Drawing, look: Appearance) -> None:
    """The identity's moustache, between nose and upper lip."""
    if not look.mustache:
        return
    style = look.identity.moustache
    rng = look.identity.random(4)
    top = 140.6 + look.identity.nose_length
    lip = MOUTH_Y - 2.0
    reach = look.identity.mouth_width
    if style == "handlebar":
        half = [
            (0, top + 1), (7, top), (15, lip - 0.5), (reach + 4, lip - 1), (reach + 8, lip - 7),
            (reach + 8.6, lip - 2), (reach + 4, lip + 3.5), (10, lip + 1.8), (0, lip - 0.5),
        ]  # fmt: skip
    elif style == "walrus":
        half = [(0, top), (9, top - 1), (17, lip - 3), (reach + 4, lip + 5), (reach + 1.5, lip + 8),
                (12, lip + 4.4), (5, lip + 3.6), (0, lip + 2.8)]  # fmt: skip
    elif style == "chevron":
        half = [(0, top + 0.5), (8, top - 0.6), (15, lip - 3), (reach + 2, lip + 3),
                (10, lip + 2.2), (0, lip + 1)]  # fmt: skip
    else:
        half = [(0, top + 2.2), (7, top - 0.2), (14, lip - 3), (reach + 2, lip + 4.5),
                (reach - 3, lip + 2.4), (7, lip + 1.2), (0, lip - 0.6)]  # fmt: skip
    path = smooth(mirrored(half), closed=True)
    colour = mix(look.whisker, "#8f8c8a", 0.0 if look.young else 0.4)
    drawing.fill(path, shade(colour, 0.9))
    light, dark = "", ""
    for index in range(34):
        x = rng.uniform(-reach - 3, reach + 3)
        y = top + 1 + abs(x) * 0.24 + rng.uniform(-1, 4)
        strand = smooth([(x, y), (x + math.copysign(1.4, x), y + 2.4), (x * 1.14, y + 4.4)])
        if index % 2:
            light += strand
        else:
            dark += strand
    with drawing.clip(path):
        drawing.stroke(dark, shade(colour, 0.5), 1.0, 0.7)
        drawing.stroke(light, mix(colour, "#ffffff", 0.25), 1.0, 0.5)
