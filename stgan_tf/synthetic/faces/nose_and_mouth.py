"""Nose and mouth."""

from stgan_tf.synthetic.colour_arithmetic import mix, shade
from stgan_tf.synthetic.faces.appearance import MOUTH_Y, NOSE_Y, Appearance
from stgan_tf.synthetic.faces.identity import Identity
from stgan_tf.synthetic.vector_drawing import Drawing, Point, joined, smooth


def nose_tip(identity: Identity) -> Point:
    """The tip in the upright frame."""
    return -0.5, NOSE_Y + identity.nose_length


def mouth_corner(identity: Identity, side: int) -> Point:
    """The corner on `side` (-1: left in the image) in the upright frame."""
    return side * identity.mouth_width, MOUTH_Y + 0.8 - 2.0 * identity.smile


def draw_nose(drawing: Drawing, look: Appearance) -> None:
    """A nose of light and shadow; the only lines are at wings and nostrils."""
    identity = look.identity
    side, wide = look.light_side, identity.nose_width * (1.06 if look.male else 0.94)
    _, tip = nose_tip(identity)
    bridge = 3.4 + 0.5 * identity.nose_shape
    shaded = [
        (-side * bridge, 101), (-side * bridge * 0.7, 114), (-side * 3.4, tip - 6),
        (-side * 4, tip + 3), (-side * (wide + 1), tip + 3), (-side * wide, tip - 4),
        (-side * (bridge + 3.5), 114), (-side * (bridge + 4), 101),
    ]  # fmt: skip
    with drawing.blur(1.3):
        drawing.fill(
            smooth(shaded, closed=True), look.skin_shadow, 0.42 + 0.12 * identity.nose_shape
        )
        drawing.stroke(smooth([(side * 0.6, 104), (side * 0.8, tip - 5)]), look.skin_light, 3, 0.75)
        under = [(-wide, tip + 3.5), (-4, tip + 6.5), (0, tip + 7.2), (4, tip + 6.5),
                 (wide, tip + 3.5), (5, tip + 9.5), (-5, tip + 9.5)]  # fmt: skip
        drawing.fill(smooth(under, closed=True), look.skin_shadow, 0.55)
    drawing.glow((side * 1.2, tip - 1), (5, 4.4), mix(look.skin_light, "#ffffff", 0.4), 0.7)
    lines = ""
    for flank in (-1, 1):
        lines += smooth([
            (flank * (wide - 1.6), tip - 4), (flank * wide, tip + 0.5),
            (flank * (wide - 1), tip + 4), (flank * (wide - 3.4), tip + 4.8),
        ])  # fmt: skip
        nostril = (flank * (wide * 0.46), tip + 4.9)
        drawing.ellipse(nostril, (2.7, 1.35), shade(look.skin_line, 0.7), 0.85, -flank * 16)
    lines += smooth([(-2.4, tip + 6), (0, tip + 6.9), (2.4, tip + 6)])
    drawing.stroke(lines, look.skin_line, 1.3, 0.7)


def draw_mouth(drawing: Drawing, look: Appearance) -> None:
    """Closed lips, or parted ones with teeth and a dark interior."""
    identity = look.identity
    full = identity.lip_fullness * (0.86 if look.male else 1.12) * (1.0 if look.young else 0.85)
    left, right = mouth_corner(identity, -1), mouth_corner(identity, 1)
    half, corner = right
    line = MOUTH_Y + 0.3 + 1.0 * identity.smile
    drop = 8.6 if look.mouth_open else 0.0
    top = line - 4.6 * full
    upper = [
        left, (-half * 0.55, top + 1.8), (-2.9, top - 0.2), (0, top + 1.1), (2.9, top - 0.2),
        (half * 0.55, top + 1.8), right,
    ]  # fmt: skip
    seam = [right, (half * 0.5, line + 0.4), (0, line + 0.9), (-half * 0.5, line + 0.4), left]
    bottom = line + 6.8 * full + drop * 0.86
    lower = [
        right, (half * 0.66, line + 4.2 * full + drop * 0.72), (half * 0.3, bottom - 0.4),
        (0, bottom), (-half * 0.3, bottom - 0.4), (-half * 0.66, line + 4.2 * full + drop * 0.72),
        left,
    ]  # fmt: skip
    lower_lip = mix(look.lip, "#ffffff", 0.1)
    drawing.fill(smooth(seam[::-1]) + joined(smooth(lower)) + "Z", lower_lip)
    if look.mouth_open:
        _draw_opening(drawing, half, corner, line, drop)
    drawing.fill(smooth(upper) + joined(smooth(seam)) + "Z", shade(look.lip, 0.84))
    shine = "#ffffff"
    drawing.glow((look.light_side * 2.5, bottom - 3.2 * full), (6.5, 2.2 * full), shine,
                 0.22 if look.male else 0.5)  # fmt: skip
    drawing.stroke(smooth(seam), shade(look.skin_line, 0.6), 1.3, 0.8)
    drawing.stroke(
        smooth([(left[0] - 1.2, corner - 0.8), left])
        + smooth([right, (right[0] + 1.2, corner - 0.8)]),
        look.skin_line, 1.2, 0.6,
    )  # fmt: skip


def _draw_opening(drawing: Drawing, half: float, corner: float, line: float, drop: float) -> None:
    inner = half - 1.8
    floor = line + 1.2 + drop
    cavity = [
        (-inner, corner + 0.4), (-inner * 0.5, line + 0.4), (0, line + 0.9),
        (inner * 0.5, line + 0.4), (inner, corner + 0.4),
        (inner * 0.6, floor - 1.6), (0, floor), (-inner * 0.6, floor - 1.6),
    ]  # fmt: skip
    path = smooth(cavity, closed=True)
    drawing.fill(path, "#3a0f12")
    with drawing.clip(path):
        drawing.ellipse((0, floor + 1.2), (inner * 0.5, 3.4), "#a8474a")
        teeth = [(-inner, corner - 2), (inner, corner - 2), (inner * 0.8, line + 3.4),
                 (inner * 0.4, line + 4.7), (0, line + 5), (-inner * 0.4, line + 4.7),
                 (-inner * 0.8, line + 3.4)]  # fmt: skip
        drawing.fill(smooth(teeth, closed=True), "#f6f2ea")
