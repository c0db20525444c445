"""Spruces and firs: tiers of drooping branches."""

import random

from stgan_tf.synthetic.colour_arithmetic import mix
from stgan_tf.synthetic.landscapes.light import Light
from stgan_tf.synthetic.landscapes.place import Place, Tree
from stgan_tf.synthetic.landscapes.seasons import Season
from stgan_tf.synthetic.vector_drawing import Drawing, Point, polyline

_BARK = "#4a3a2e"
_SNOW = "#eef3fa"


def draw_conifer(
    drawing: Drawing, tree: Tree, distance: float, place: Place, season: Season, light: Light
) -> None:
    """A conifer; snow lies on its tiers in winter."""
    rng = place.tree_stream(tree.number)
    x, y = tree.foot
    height = tree.height
    half = height * rng.uniform(0.17, 0.25)
    tiers = min(max(int(height / 5), 3), 9)
    sun = 1 if place.sky.sun[0] > 128 else -1
    shade_tone, light_tone = season.needles
    tint = mix(shade_tone, light_tone, 0.35 * tree.tone)
    drawing.fill(
        polyline([(x - 0.03 * height, y), (x - 0.018 * height, y - 0.3 * height),
                  (x + 0.018 * height, y - 0.3 * height), (x + 0.03 * height, y)]),
        light.paint(_BARK, distance),
    )  # fmt: skip
    outline, lit, caps = [], [], []
    for tier in range(tiers):
        top = y - height + tier * 0.84 * height / tiers
        bottom = y - height + (tier + 1.45) * 0.9 * height / (tiers + 0.45)
        bottom = min(bottom, y - 0.07 * height)
        reach = half * ((tier + 1) / tiers) ** 0.9 * rng.uniform(0.88, 1.08)
        left, right = reach * rng.uniform(0.9, 1.05), reach * rng.uniform(0.9, 1.05)
        teeth = _teeth(rng, x, bottom, left, right, 0.05 * height, 9 if height > 20 else 5)
        outline.append(polyline([(x, top), *teeth]))
        bright = [point for point in teeth if sun * (point[0] - x) > 0.12 * reach]
        lit.append(polyline([(x, top), *bright, (x + 0.1 * sun * reach, bottom - 0.05 * height)]))
        caps.append(_cap(x, top, bottom, left, right))
    drawing.fill("".join(outline), light.paint(tint, distance, 0.85))
    drawing.fill("".join(lit), light.paint(mix(tint, light_tone, 0.7), distance), 0.75)
    if season.snow:
        drawing.fill("".join(caps), light.paint(_SNOW, distance), 0.88)


def _teeth(
    rng: random.Random, x: float, bottom: float, left: float, right: float, depth: float, count: int
) -> list[Point]:
    """The ragged lower edge of a tier, from right to left."""
    points = []
    for number in range(count):
        step = 1 - 2 * number / (count - 1)
        drop = depth * rng.uniform(0.3, 1)
        side = right if step > 0 else left
        droop = 0.25 * depth - 1.1 * depth * (1 - abs(step))
        points.append((x + step * side, bottom + droop * -0.4 - (number % 2) * drop))
    return points


def _cap(x: float, top: float, bottom: float, left: float, right: float) -> str:
    """Snow on both slopes of a tier, with the needles between showing."""
    depth = bottom - top
    return polyline(
        [
            (x, top),
            (x + 0.86 * right, bottom - 0.13 * depth),
            (x + 0.5 * right, bottom - 0.3 * depth),
            (x + 0.24 * right, bottom - 0.34 * depth),
            (x, bottom - 0.56 * depth),
            (x - 0.3 * left, bottom - 0.32 * depth),
            (x - 0.55 * left, bottom - 0.3 * depth),
            (x - 0.88 * left, bottom - 0.12 * depth),
        ]
    )
