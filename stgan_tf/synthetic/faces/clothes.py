"""Clothes."""

from stgan_tf.synthetic.colour_arithmetic import mix, shade
from stgan_tf.synthetic.faces.appearance import Appearance
from stgan_tf.synthetic.vector_drawing import Drawing, joined, polyline, smooth


def draw_clothes(drawing: Drawing, look: Appearance) -> None:
    """Shoulders; drawn after the neck and before the head."""
    identity = look.identity
    colour = identity.clothes_colour
    wide, neck = (88, 31) if look.male else (74, 27)
    low = {"crew": 205.0, "collar": 208.0, "v_neck": 228.0, "jacket": 224.0}[identity.clothing]
    paint = drawing.linear_gradient(
        (identity.light * 80, 195), (-identity.light * 80, 230),
        [(0, mix(colour, "#ffffff", 0.12), 1), (1, shade(colour, 0.62), 1)],
    )  # fmt: skip
    sharp = identity.clothing != "crew"
    shoulders = [(-neck, 193), (-wide * 0.62, 201), (-wide, 214), (-wide - 8, 260),
                 (wide + 8, 260), (wide, 214), (wide * 0.62, 201), (neck, 193)]  # fmt: skip
    collar = [(0, low)] if sharp else [(neck * 0.6, low - 2), (0, low), (-neck * 0.6, low - 2)]
    drawing.fill(smooth(shoulders) + joined(polyline(collar, closed=False)) + "Z", paint)
    edge = shade(colour, 0.5)
    if identity.clothing == "crew":
        drawing.stroke(smooth([(-neck, 194), *collar[::-1], (neck, 194)]), edge, 2.4, 0.7)
        return
    for side in (-1, 1):
        flap = [(side * neck, 191), (side * (neck + 7), 199), (side * 16, 216), (0, low)]
        light = mix(colour, "#ffffff", 0.3 if identity.clothing == "collar" else 0.1)
        drawing.fill(polyline(flap), light if side == look.light_side else shade(light, 0.85))
        drawing.stroke(polyline(flap, closed=False), edge, 1.0, 0.6)
