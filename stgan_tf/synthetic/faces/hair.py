"""Painting the hair: behind the head, on it, and what baldness leaves."""

import numpy as np

from stgan_tf.synthetic.colour_arithmetic import mix
from stgan_tf.synthetic.faces.appearance import Appearance
from stgan_tf.synthetic.faces.hair_shapes import SAMPLES, STYLES, HairStyle, contours, parting_index
from stgan_tf.synthetic.vector_drawing import Drawing, circles, joined, smooth

GREY = "#c4c3c4"


def hair_paint(drawing: Drawing, look: Appearance) -> str:
    """Light from above and the side of the light."""
    side = look.light_side
    return drawing.linear_gradient(
        (side * 30, 26),
        (-side * 34, 150),
        [(0, mix(look.hair, look.hair_light, 0.35), 1), (0.45, look.hair, 1),
         (1, mix(look.hair, look.hair_dark, 0.6), 1)],
    )  # fmt: skip


def draw_back_hair(drawing: Drawing, look: Appearance) -> None:
    """What is seen behind neck and head: long hair, a tail, a bun."""
    if look.bald:
        return
    style = STYLES[look.hair_style]
    dark = mix(look.hair, look.hair_dark, 0.8)
    side = look.identity.hair_side
    c = look.cheek_half_width
    if style.is_long:
        outer, _ = contours(look, style)
        points = outer[np.r_[0:SAMPLES:2]]
        drawing.fill(smooth([tuple(p) for p in points]) + "Z", dark)
        if style.texture == "curly":
            rng = look.identity.random(8)
            low = outer[outer[:, 1] > 60]
            drawing.fill(circles([(x, y, rng.uniform(6, 9)) for x, y in low]), dark)
    elif style.extra == "ponytail":
        tail = [(side * (c - 8), 62), (side * (c + 16), 70), (side * (c + 25), 105),
                (side * (c + 19), 150), (side * (c + 15), 192), (side * (c + 6), 165),
                (side * (c + 3), 120), (side * (c - 4), 84)]  # fmt: skip
        drawing.fill(smooth(tail, closed=True), look.hair)
        locks = "".join(
            smooth([(side * (c + k), 76), (side * (c + 5 + k * 1.2), 112),
                    (side * (c + 5 + k * 0.8), 160)])
            for k in (1, 5, 9, 13)
        )  # fmt: skip
        drawing.stroke(locks, look.hair_dark, 1.2, 0.6)
        drawing.stroke(smooth([(side * (c + 1), 66), (side * (c + 7), 78)]), "#22222a", 4)
    elif style.extra == "bun":
        drawing.ellipse((side * 6, 33), (19, 14), mix(look.hair, look.hair_dark, 0.35))
        rings = smooth([(side * 6 - 14, 33), (side * 6, 23), (side * 6 + 14, 33)])
        rings += smooth([(side * 6 - 9, 34), (side * 6, 28), (side * 6 + 9, 34)])
        drawing.stroke(rings, look.hair_light, 1.5, 0.55)


def draw_front_hair(drawing: Drawing, look: Appearance) -> None:
    """The hair on the skull and beside the face, or the horseshoe of the bald."""
    if look.bald:
        _draw_horseshoe(drawing, look)
        return
    style = STYLES[look.hair_style]
    outer, inner = contours(look, style)
    _draw_shadow_on_face(drawing, look, inner)
    outline = smooth([tuple(p) for p in outer[::2]])
    hairline = smooth([tuple(p) for p in inner[::-2]])
    path = outline + joined(hairline) + "Z"
    paint = hair_paint(drawing, look)
    drawing.fill(path, paint, 0.9 if look.hair_style == "buzz" else 1)
    if style.texture == "curly":
        _draw_curls(drawing, look, outer, inner, paint)
    else:
        _draw_strands(drawing, look, style, outer, inner)
    _draw_gloss(drawing, look, outer, inner)
    if not look.young:
        with drawing.clip(path):
            for side in (-1, 1):
                drawing.glow((side * (look.cheek_half_width - 1), 94), (13, 32), GREY, 0.95)


def _draw_shadow_on_face(drawing: Drawing, look: Appearance, inner: np.ndarray) -> None:
    face = inner[(inner[:, 1] < 100) & (np.abs(inner[:, 0]) < look.cheek_half_width - 4)]
    # Nested strokes instead of a blur, which would cost more than all strands.
    line = smooth([(x * 0.97, y + 1.8) for x, y in face[::2]])
    for width, opacity in ((8, 0.16), (5.5, 0.2), (3, 0.22)):
        drawing.stroke(line, look.skin_shadow, width, opacity)


def _draw_strands(
    drawing: Drawing, look: Appearance, style: HairStyle, outer: np.ndarray, inner: np.ndarray
) -> None:
    rng = look.identity.random(9)
    parted = style.hairline in ("side", "middle")
    dark, light = "", ""
    if parted:
        part = parting_index(inner, style)
        for index in range(26):
            blend = (index // 2 + rng.uniform(0.15, 0.85)) / 13
            line = outer * (1 - blend) + inner * blend
            half = line[part:] if index % 2 else line[part::-1]
            half = half + np.sin(np.arange(len(half)) * 0.5 + rng.uniform(0, 6))[:, None] * 0.5
            strand = smooth([tuple(p) for p in (*half[:-1:3], half[-1])])
            dark, light = (dark + strand, light) if rng.random() < 0.55 else (dark, light + strand)
        crown = outer[part] * 0.7 + inner[part] * 0.3
        drawing.stroke(smooth([tuple(inner[part]), tuple(crown)]), look.hair_dark, 1.4, 0.8)
    else:
        lean = 2.0 * look.identity.hair_side
        for _ in range(64):
            t = rng.uniform(0.02, 0.98) * (SAMPLES - 1)
            low, high = int(t), min(int(t) + 1, SAMPLES - 1)
            start = inner[low] + (inner[high] - inner[low]) * (t - low)
            stop = outer[low] + (outer[high] - outer[low]) * (t - low)
            a, b = np.sort(rng.uniform(0, 0.97, 2))
            bend = np.array([lean * (b - a) * 2.0, -0.8])
            points = [start + (stop - start) * a, start + (stop - start) * (a + b) / 2 + bend,
                      start + (stop - start) * b]  # fmt: skip
            strand = smooth([tuple(p) for p in points])
            dark, light = (dark + strand, light) if rng.random() < 0.5 else (dark, light + strand)
    drawing.stroke(dark, look.hair_dark, 1.2, 0.45)
    if look.young:
        drawing.stroke(light, look.hair_light, 1.1, 0.5)
    else:
        drawing.stroke(light, mix(look.hair_light, GREY, 0.8), 1.2, 0.75)


def _draw_curls(
    drawing: Drawing, look: Appearance, outer: np.ndarray, inner: np.ndarray, paint: str
) -> None:
    rng = look.identity.random(10)
    size = 6.2 if look.hair_style == "curly_long" else 5.0
    rim = [(x, y, rng.uniform(0.8, 1.25) * size) for x, y in outer * 0.985 + (0, 1.2)]
    front = [(x, y - 1.5, rng.uniform(0.5, 0.8) * size * 0.8) for x, y in inner[::1]]
    drawing.fill(circles(rim + front), paint)
    light, dark = "", ""
    for index in range(120):
        t = rng.integers(0, SAMPLES)
        blend = rng.uniform(0, 1)
        x, y = outer[t] * (1 - blend) + inner[t] * blend + rng.uniform(-1.5, 1.5, 2)
        r = rng.uniform(1.8, 3.8)
        arc = smooth([(x - r, y + r * 0.4), (x - r * 0.4, y - r * 0.8), (x + r * 0.7, y - r * 0.5),
                      (x + r * 0.9, y + r * 0.5)])  # fmt: skip
        light, dark = (light + arc, dark) if index % 2 else (light, dark + arc)
    drawing.stroke(dark, look.hair_dark, 1.5, 0.4)
    tip = look.hair_light if look.young else mix(look.hair_light, GREY, 0.8)
    drawing.stroke(light, tip, 1.3, 0.5)


def _draw_gloss(drawing: Drawing, look: Appearance, outer: np.ndarray, inner: np.ndarray) -> None:
    if look.hair_style in ("buzz", "afro"):
        return
    band = outer * 0.62 + inner * 0.38
    spans = ((0.3, 0.44), (0.56, 0.7))
    for side, (low, high) in zip((-1, 1), spans, strict=True):
        part = smooth([tuple(p) for p in band[int(low * SAMPLES) : int(high * SAMPLES)]])
        strong = 0.15 if side == look.light_side else 0.08
        for width in (7.5, 5, 2.6):
            drawing.stroke(part, look.hair_light, width, strong)


def _draw_horseshoe(drawing: Drawing, look: Appearance) -> None:
    if look.hair_hidden:
        return
    c = look.cheek_half_width
    half = [(c - 2.5, 78), (c + 2.4, 88), (c + 3.4, 104), (c + 0.6, 121), (c - 3.4, 121),
            (c - 3.6, 106), (c - 5.2, 97), (c - 6, 87)]  # fmt: skip
    colour = look.hair if look.young else mix(look.hair, GREY, 0.45)
    for side in (-1, 1):
        patch = smooth([(side * x, y) for x, y in half], closed=True)
        drawing.fill(patch, colour)
        locks = "".join(
            smooth(
                [(side * (c - 3 + k), 84), (side * (c - 2 + k), 100), (side * (c - 2.5 + k), 117)]
            )
            for k in (0, 2.2, 4.2)
        )
        drawing.stroke(locks, look.hair_dark, 1.1, 0.55)
