"""Neck, ears, head and the light on the skin."""

from stgan_tf.synthetic.colour_arithmetic import mix
from stgan_tf.synthetic.faces.appearance import Appearance
from stgan_tf.synthetic.vector_drawing import Drawing, mirrored, smooth

SKULL_TOP = 41.0


def head_outline(look: Appearance) -> str:
    """Path data of skull and face."""
    cheek, jaw, chin = look.cheek_half_width, look.jaw_half_width, look.chin_half_width
    full = 1.4 * look.identity.cheeks
    jowl = 0.0 if look.young else 2.2
    half = [
        (0, SKULL_TOP),
        (cheek * 0.5, SKULL_TOP + 4.5),
        (cheek * 0.86, 60),
        (cheek, 86),
        (cheek * 0.99, 112),
        (cheek * 0.95 + full * 0.6, 131),
        (jaw + full, 151),
        ((jaw + chin) * 0.52 + 3.4 + jowl, look.chin_y - 13),
        (chin + jowl * 0.6, look.chin_y - 2.6),
        (0, look.chin_y),
    ]
    return smooth(mirrored(half), closed=True)


def draw_neck(drawing: Drawing, look: Appearance) -> None:
    """Neck and upper chest, with the shadow of the chin."""
    width = 29.0 if look.male else 21.5
    neck = [
        (-width, 140), (-width, 172), (-width - 3, 190), (-width - 14, 201), (-52, 222),
        (-52, 250), (52, 250), (52, 222), (width + 14, 201), (width + 3, 190), (width, 172),
        (width, 140),
    ]  # fmt: skip
    side = look.light_side
    paint = drawing.linear_gradient(
        (-width * side, 0),
        (width * side, 0),
        [(0, mix(look.skin, look.skin_shadow, 0.75), 1), (1, mix(look.skin, "#000000", 0.06), 1)],
    )
    drawing.fill(smooth(neck, closed=True), paint)
    bottom = look.chin_y + 9
    shadow = [(-width, 150), (-width, 172), (-8 * side, bottom), (width, 176), (width, 150)]
    drawing.fill(smooth(shadow, closed=True), look.skin_shadow, 0.6)
    if look.male:
        drawing.glow((0, look.chin_y + 17), (6, 8), look.skin_light, 0.35)


def draw_ears(drawing: Drawing, look: Appearance) -> None:
    """Both ears, behind the head."""
    size = look.identity.ear_size
    for side in (-1, 1):
        x = side * (look.cheek_half_width + 1.5)
        lit = side == look.light_side
        skin = look.skin if lit else mix(look.skin, look.skin_shadow, 0.4)
        half = [(0, -15), (5.5, -13), (7.5, -5), (5.5, 4), (3.5, 12), (-1, 14), (-5, 8), (-5, -8)]
        ear = smooth([(x + side * dx * size, 117 + dy * size) for dx, dy in half], closed=True)
        drawing.fill(ear, mix(skin, "#c9503c", 0.1))
        drawing.stroke(
            smooth([(x + side * dx * size, 117 + dy * size)
                    for dx, dy in ((0, -9), (4, -8), (4.6, -2), (2.4, 4), (1.6, 8))]),
            look.skin_shadow, 1.5, 0.75,
        )  # fmt: skip


def draw_head(drawing: Drawing, look: Appearance) -> None:
    """Skull and face with form shading; the features come on top."""
    outline = head_outline(look)
    side, strength = look.light_side, abs(look.identity.light)
    cheek = look.cheek_half_width
    paint = drawing.radial_gradient(
        (side * 13 * strength, 98),
        88,
        [
            (0, mix(look.skin, look.skin_light, 0.6), 1),
            (0.42, look.skin, 1),
            (0.72, mix(look.skin, look.skin_shadow, 0.42), 1),
            (1, mix(look.skin, look.skin_shadow, 0.95), 1),
        ],
    )
    drawing.fill(outline, paint)
    core = drawing.linear_gradient(
        (-side * cheek, 0),
        (-side * cheek * 0.1, 0),
        [(0, look.skin_shadow, 0.3 + 0.4 * strength), (0.6, look.skin_shadow, 0.1),
         (1, look.skin_shadow, 0)],
    )  # fmt: skip
    drawing.fill(outline, core)
    _draw_soft_forms(drawing, look)


def _draw_soft_forms(drawing: Drawing, look: Appearance) -> None:
    side = look.light_side
    drawing.glow((side * 9, 74), (26, 15), look.skin_light, 0.5)
    drawing.glow((0, look.chin_y - 11), (12, 7), look.skin_light, 0.42)
    drawing.glow((0, look.chin_y - 19), (13, 4.5), look.skin_shadow, 0.45)
    blush = mix("#d8513f", look.skin, 0.2)
    for flank in (-1, 1):
        drawing.glow((flank * 19, 106), (16, 10), look.skin_shadow, 0.38)
        drawing.glow((flank * 25, 128), (13, 9), look.skin_light, 0.5 if flank == side else 0.22)
        drawing.glow((flank * 26, 134), (14, 11), blush, look.identity.rosy * 0.62)
        if look.identity.cheeks < -0.2:
            drawing.glow((flank * 30, 150), (9, 13), look.skin_shadow, 0.4)
    if look.bald:
        drawing.glow((side * 11, 58), (24, 12), "#ffffff", 0.42)
        drawing.glow((side * 12, 56), (9, 4.5), "#ffffff", 0.5)
    if look.identity.freckles:
        rng = look.identity.random(1)
        for _ in range(26):
            flank = rng.choice((-1, 1))
            spot = (flank * rng.uniform(6, 34), rng.normal(130, 4))
            drawing.ellipse(spot, (0.7, 0.7), look.skin_line, 0.35)
