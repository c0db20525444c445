"""Eyeglasses."""

from stgan_tf.synthetic.faces.appearance import EYE_Y, Appearance
from stgan_tf.synthetic.faces.eyes import eye_centre
from stgan_tf.synthetic.vector_drawing import Drawing, Point, circles, smooth


def _lens(style: str, x: float, side: int) -> list[Point]:
    y = EYE_Y + 1
    if style == "square":
        half = [(-15, -9.5), (0, -10.6), (14.5, -9.8), (15.4, 0), (13.5, 9.6), (0, 11),
                (-12.5, 9.8), (-14.8, 2)]  # fmt: skip
    elif style == "aviator":
        half = [(-13.5, -8), (0, -9.6), (15, -8.6), (16.6, -2), (12.5, 10.5), (3, 14),
                (-7.5, 9.5), (-13, 0)]  # fmt: skip
    elif style == "browline":
        half = [(-14.5, -8.5), (0, -9.6), (15.6, -9.8), (15.8, -2), (11, 9), (0, 11.4),
                (-10.6, 9), (-14.6, 0)]  # fmt: skip
    else:  # cat eye
        half = [(-14, -7), (2, -9), (18.4, -13), (16.4, -1), (10.5, 8.6), (0, 10.6),
                (-10.5, 8.4), (-14.4, 1)]  # fmt: skip
    return [(x + side * dx, y + dy) for dx, dy in half]


def draw_glasses(drawing: Drawing, look: Appearance) -> None:
    """Frame, lenses with reflections, and temples to the ears."""
    if not look.eyeglasses:
        return
    identity = look.identity
    colour, width = identity.glasses_colour, identity.glasses_width
    lenses, glints, arms, heavy = "", "", "", ""
    for side in (-1, 1):
        x, _ = eye_centre(identity, side)
        x += side * 0.6
        if identity.glasses == "round":
            lenses += circles([(x, EYE_Y + 1, 14)])
            edge = x + side * 14
        else:
            points = _lens(identity.glasses, x, side)
            lenses += smooth(points, closed=True)
            edge = x + side * 15.4
            if identity.glasses == "browline":
                heavy += smooth(points[:3])
            if identity.glasses == "cat_eye":
                heavy += smooth(points[1:3])
        glints += smooth([(x - 8, EYE_Y + 5), (x - 1, EYE_Y - 6)])
        arms += smooth([(edge, EYE_Y - 3), (side * (look.cheek_half_width + 2), EYE_Y - 1)])
    tinted = identity.glasses_tint > 0.4
    drawing.fill(lenses, "#1d2430" if tinted else "#cfe0ea", identity.glasses_tint)
    drawing.stroke(glints, "#ffffff", 2.2, 0.3 if tinted else 0.34)
    frame = lenses + arms + smooth([(-4.6, EYE_Y - 2), (0, EYE_Y - 4.4), (4.6, EYE_Y - 2)])
    # The soft line below is the shadow of the frame on the skin.
    drawing.stroke(lenses, look.skin_line, width + 2.4, 0.22)
    drawing.stroke(frame, colour, width)
    if identity.glasses == "aviator":
        drawing.stroke(smooth([(-7, EYE_Y - 8), (0, EYE_Y - 9), (7, EYE_Y - 8)]), colour, width)
    if heavy:
        drawing.stroke(heavy, colour, width + 2.4)
