"""Eyes and eyebrows."""

from stgan_tf.synthetic.colour_arithmetic import mix, shade
from stgan_tf.synthetic.faces.appearance import EYE_Y, Appearance
from stgan_tf.synthetic.faces.colours import EYE_COLOURS
from stgan_tf.synthetic.vector_drawing import Drawing, Point, joined, smooth


def eye_centre(look_or_identity, side: int) -> Point:
    """Centre of the eye on `side` (-1: left in the image)."""
    return side * (19.0 + look_or_identity.eye_spacing), EYE_Y


def _lids(look: Appearance, side: int) -> tuple[list[Point], list[Point]]:
    """Upper and lower lid, each from the inner corner to the outer one."""
    identity = look.identity
    x, y = eye_centre(identity, side)
    half = identity.eye_width
    height = 5.0 * identity.eye_openness * (0.93 if look.male else 1.06)
    outer = y + 0.6 - identity.eye_tilt + (0 if look.young else 1.0)
    hood = 0.0 if look.young else 0.9
    upper = [
        (x - side * half, y + 1.8),
        (x - side * half * 0.45, y - height * 0.8 + hood),
        (x + side * half * 0.12, y - height + hood),
        (x + side * half * 0.65, y - height * 0.62 + hood),
        (x + side * half, outer),
    ]
    lower = [
        (x - side * half, y + 1.8),
        (x - side * half * 0.3, y + height * 0.7),
        (x + side * half * 0.35, y + height * 0.72),
        (x + side * half, outer),
    ]
    return upper, lower


def draw_eyes(drawing: Drawing, look: Appearance) -> None:
    """Both eyes with lids, lashes and catchlights."""
    lids = {side: _lids(look, side) for side in (-1, 1)}
    almonds = "".join(
        smooth(upper) + joined(smooth(lower[::-1])) + "Z" for upper, lower in lids.values()
    )
    drawing.fill(almonds, "#f1ece6")
    with drawing.clip(almonds):
        for side in (-1, 1):
            _draw_iris(drawing, look, eye_centre(look.identity, side))
        # The upper lid throws a shadow on the eyeball.
        for upper, _ in lids.values():
            drawing.stroke(smooth([(x, y + 0.8) for x, y in upper]), "#2b1a18", 2.4, 0.38)
    for side, (upper, lower) in lids.items():
        _draw_lids(drawing, look, side, upper, lower)


def _draw_iris(drawing: Drawing, look: Appearance, centre: Point) -> None:
    x, y = centre[0], centre[1] - 0.3
    colour = EYE_COLOURS[look.identity.eye_colour]
    drawing.ellipse((x, y), (4.9, 4.9), shade(colour, 0.5))
    drawing.ellipse((x, y + 0.2), (4.0, 4.1), colour)
    drawing.ellipse((x, y + 1.6), (2.8, 2.0), mix(colour, "#ffffff", 0.3), 0.7)
    drawing.ellipse((x, y), (2.1, 2.1), "#0d0908")
    drawing.ellipse((x + look.light_side * 1.6, y - 1.8), (1.3, 1.2), "#ffffff", 0.95)


def _draw_lids(
    drawing: Drawing, look: Appearance, side: int, upper: list[Point], lower: list[Point]
) -> None:
    drawing.stroke(smooth(lower), look.skin_line, 1.0, 0.5)
    line = mix(look.skin_line, "#140c0a", 0.7)
    drawing.stroke(smooth(upper), line, 1.5 if look.male else 2.4)
    crease = [(x, y - (2.6 if look.young else 1.9)) for x, y in upper[:-1]]
    drawing.stroke(smooth(crease), look.skin_line, 1.1, 0.55)
    if not look.male:
        x, y = upper[-1]
        middle_x, middle_y = upper[3]
        lashes = (
            smooth([upper[3], (x, y - 0.6), (x + side * 3.6, y - 3.4)])
            + smooth([(middle_x, middle_y), (middle_x + side * 3, middle_y - 3.6)])
            + smooth([upper[2], (upper[2][0] + side * 1.4, upper[2][1] - 3.4)])
        )
        drawing.stroke(lashes, "#160e0c", 1.2)
        drawing.stroke(smooth(crease), mix(look.identity.lipstick, look.skin_line, 0.5), 2.2, 0.3)


def draw_brows(drawing: Drawing, look: Appearance) -> None:
    """Eyebrows: thin arcs, or thick and dark with single hairs where bushy."""
    identity = look.identity
    rng = identity.random(2)
    colour = mix(look.brow, "#0e0806", 0.55) if look.bushy else look.brow
    if not look.young and not look.bushy:
        colour = mix(colour, "#a8a29c", 0.3)
    base = 99.2 - identity.brow_height + (0.6 if look.male else -1.6)
    arch = identity.brow_arch * (0.6 if look.male else 1.2)
    middle = 5.8 if look.bushy else 2.3 if look.male else 1.7
    for side in (-1, 1):
        inner = side * (8.0 if look.bushy else 10.5)
        line = [
            (inner, base + 1.2),
            (side * 17, base - arch * 0.65),
            (side * 25, base - arch),
            (side * 33.5, base + 2.6),
        ]
        if not look.young:
            line = [(x, y + 0.8) for x, y in line]
        thickness = (middle * 0.8, middle, middle * 0.86, 0.4)
        above = [(x, y - t * 0.62) for (x, y), t in zip(line, thickness, strict=True)]
        below = [(x, y + t * 0.5) for (x, y), t in zip(line, thickness, strict=True)]
        shape = smooth(above) + joined(smooth(below[::-1])) + "Z"
        drawing.fill(shape, colour, 1.0 if look.bushy else 0.85)
        if look.bushy:
            hairs = ""
            for _ in range(15):
                x = rng.uniform(7.5, 30)
                y = base - arch * min(1.0, (x - 7) / 16) * 0.8 + rng.uniform(-2.6, 2.2)
                lean = rng.uniform(1.5, 4)
                hairs += smooth([(side * x, y), (side * (x + lean), y - rng.uniform(1.2, 3.4))])
            drawing.stroke(hairs, colour, 1.0, 0.9)
