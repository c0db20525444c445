"""Bangs: hair over the forehead, down to just above the brows."""

import numpy as np

from stgan_tf.synthetic.colour_arithmetic import mix
from stgan_tf.synthetic.faces.appearance import Appearance
from stgan_tf.synthetic.faces.hair import GREY, hair_paint
from stgan_tf.synthetic.faces.hair_shapes import STYLES, resample
from stgan_tf.synthetic.vector_drawing import Drawing, circles, joined, polyline, smooth


def _edges(look: Appearance) -> tuple[np.ndarray, np.ndarray]:
    """Roots and tips, each (33, 2), left to right."""
    c, side = look.cheek_half_width, look.identity.hair_side
    roots = [(-c + 3, 84), (-c * 0.86, 66), (-c * 0.5, 53), (0, 48), (c * 0.5, 53), (c * 0.86, 66),
             (c - 3, 84)]  # fmt: skip
    if look.identity.fringe == "side":
        tips = [(-c + 3.5, 98), (-c * 0.6, 92), (-c * 0.1, 89), (c * 0.4, 83), (c * 0.78, 76),
                (c - 5, 84)]  # fmt: skip
        if side < 0:
            tips = [(-x, y) for x, y in reversed(tips)]
    elif look.identity.fringe == "curtain_short":
        tips = [(-c + 3.5, 101), (-c * 0.62, 93), (-c * 0.2, 87), (0, 79), (c * 0.2, 87),
                (c * 0.62, 93), (c - 3.5, 101)]  # fmt: skip
    else:
        tips = [(-c + 3.5, 97), (-c * 0.6, 92.5), (0, 91), (c * 0.6, 92.5), (c - 3.5, 97)]
    return resample(roots, 33), resample(tips, 33)


def draw_fringe(drawing: Drawing, look: Appearance) -> None:
    """The identity's fringe, in the texture of its hair style."""
    if not look.bangs:
        return
    rng = look.identity.random(11)
    roots, tips = _edges(look)
    shadow = smooth([(x * 0.96, y + 1.6) for x, y in tips[2:-2:3]])
    for width, opacity in ((7, 0.18), (4.5, 0.24), (2.5, 0.24)):
        drawing.stroke(shadow, look.skin_shadow, width, opacity)
    paint = hair_paint(drawing, look)
    if STYLES[look.hair_style].texture == "curly":
        _draw_curly_fringe(drawing, look, roots, tips, paint)
        return
    depth = 3.4 if look.identity.fringe == "wispy" else 1.0
    ragged = [
        (x, y + (depth * rng.uniform(0.2, 1) if index % 2 else -depth * rng.uniform(0.6, 1.5)))
        for index, (x, y) in enumerate(tips)
    ]
    roof = smooth([tuple(p) for p in roots[::4]])
    drawing.fill(roof + joined(polyline(ragged[::-1], closed=False)) + "Z", paint)
    dark, light = "", ""
    for index in range(44):
        t = rng.uniform(0.5, 31.5)
        low = int(t)
        root = roots[low] + (roots[low + 1] - roots[low]) * (t - low)
        # Strands fan out from the crown.
        tip = tips[low] + (tips[low + 1] - tips[low]) * (t - low)
        start = root * 0.92 + np.array([0, 5.5]) * rng.uniform(0, 2)
        bend = (start + tip) / 2 + np.array([np.sign(tip[0]) * 1.6, -0.5])
        strand = smooth([tuple(start), tuple(bend), tuple(tip - (0, rng.uniform(0, 4)))])
        dark, light = (dark + strand, light) if index % 2 else (dark, light + strand)
    drawing.stroke(dark, look.hair_dark, 1.2, 0.6)
    tint = look.hair_light if look.young else mix(look.hair_light, GREY, 0.75)
    drawing.stroke(light, tint, 1.1, 0.5)
    band = roots * 0.45 + tips * 0.55
    span = smooth([tuple(p) for p in (band[17:27] if look.light_side > 0 else band[6:16])[::3]])
    for width in (7, 5, 3):
        drawing.stroke(span, look.hair_light, width, 0.1)


def _draw_curly_fringe(
    drawing: Drawing, look: Appearance, roots: np.ndarray, tips: np.ndarray, paint: str
) -> None:
    rng = look.identity.random(12)
    lower = tips - (0, 4)
    path = smooth([tuple(p) for p in roots[::4]]) + joined(smooth([tuple(p) for p in lower[::-4]]))
    drawing.fill(path + "Z", paint)
    drawing.fill(circles([(x, y, rng.uniform(3.4, 5)) for x, y in lower[1:-1:2]]), paint)
    light, dark = "", ""
    for index in range(44):
        t = rng.integers(1, 32)
        x, y = roots[t] + (lower[t] - roots[t]) * rng.uniform(0.1, 1.05)
        r = rng.uniform(1.8, 3.4)
        arc = smooth([(x - r, y + r * 0.4), (x - r * 0.3, y - r * 0.8), (x + r * 0.8, y),
                      (x + r * 0.5, y + r * 0.8)])  # fmt: skip
        light, dark = (light + arc, dark) if index % 2 else (light, dark + arc)
    drawing.stroke(dark, look.hair_dark, 1.5, 0.4)
    drawing.stroke(light, look.hair_light, 1.3, 0.5)
