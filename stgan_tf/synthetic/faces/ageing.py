"""What Young = 0 adds to the skin."""

from stgan_tf.synthetic.colour_arithmetic import mix, shade
from stgan_tf.synthetic.faces.appearance import EYE_Y, MOUTH_Y, Appearance
from stgan_tf.synthetic.faces.eyes import eye_centre
from stgan_tf.synthetic.vector_drawing import Drawing, smooth


def draw_age(drawing: Drawing, look: Appearance) -> None:
    """Forehead lines, crow's feet, bags under the eyes, folds around the mouth, jowls."""
    if look.young:
        return
    rng = look.identity.random(5)
    line = mix(look.skin_line, look.skin_shadow, 0.25)
    lit = mix(look.skin_light, "#ffffff", 0.15)
    _draw_hollows(drawing, look)
    deep, fine, ridges = "", "", ""
    for row, y in enumerate((72, 79.5, 87)):
        reach = 25 - 2 * row + rng.uniform(-2, 2)
        waves = [rng.uniform(-0.9, 0.9) for _ in range(5)]
        points = [(reach * (k - 2) / 2, y + waves[k] + 0.9 * abs(k - 2)) for k in range(5)]
        fine += smooth(points)
        ridges += smooth([(x, y + 2.2) for x, y in points])
    wing = look.identity.nose_width
    for side in (-1, 1):
        x, _ = eye_centre(look.identity, side)
        outer = x + side * (look.identity.eye_width + 2)
        fine += smooth([(outer, EYE_Y - 1), (outer + side * 6, EYE_Y - 5)])
        fine += smooth([(outer + side * 0.5, EYE_Y + 1), (outer + side * 7, EYE_Y + 1)])
        fine += smooth([(outer, EYE_Y + 3), (outer + side * 6, EYE_Y + 7)])
        fine += smooth([(side * 3.4, 93), (side * 2.6, 100)])
        deep += smooth(
            [(x - side * 8.5, EYE_Y + 5), (x - side * 1, EYE_Y + 10.5), (x + side * 8, EYE_Y + 8)]
        )
        deep += smooth([
            (side * (wing + 1.5), 132), (side * (wing + 7), 139.5),
            (side * (look.identity.mouth_width + 5), MOUTH_Y - 3),
            (side * (look.identity.mouth_width + 5.6), MOUTH_Y + 3),
        ])  # fmt: skip
        deep += smooth([
            (side * (look.identity.mouth_width + 1), MOUTH_Y + 4),
            (side * (look.identity.mouth_width + 2.4), MOUTH_Y + 13),
        ])  # fmt: skip
    drawing.stroke(ridges, lit, 1.4, 0.35)
    drawing.stroke(fine, line, 1.3, 0.62)
    drawing.stroke(deep, line, 1.8, 0.7)


def _draw_hollows(drawing: Drawing, look: Appearance) -> None:
    dark = shade(mix(look.skin_shadow, "#5f4a58", 0.3), 0.9)
    for side in (-1, 1):
        x, _ = eye_centre(look.identity, side)
        drawing.glow((x, EYE_Y + 8), (11.5, 6), dark, 0.75)
        drawing.glow((x, EYE_Y - 7), (11, 4), dark, 0.35)
        drawing.glow((side * 29, 147), (9, 17), dark, 0.55)
        drawing.glow((side * 21, 142), (6, 12), dark, 0.35)
        drawing.glow((side * 26, look.chin_y - 15), (8, 7), look.skin_light, 0.4)
        drawing.glow((side * 37, 92), (9, 13), dark, 0.35)
