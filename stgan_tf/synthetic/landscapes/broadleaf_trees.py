"""Broadleaf trees and bushes: branches, and clumps of leaves on them as the season has them."""

import math
import random
from dataclasses import dataclass

import numpy as np

from stgan_tf.synthetic.colour_arithmetic import mix
from stgan_tf.synthetic.landscapes.light import Light
from stgan_tf.synthetic.landscapes.outlines import lines, round_shapes
from stgan_tf.synthetic.landscapes.place import Place, Tree
from stgan_tf.synthetic.landscapes.seasons import Season
from stgan_tf.synthetic.vector_drawing import Drawing, Point, polyline

_SNOW = "#f1f5fb"


@dataclass(frozen=True)
class _Shape:
    """Of the height: crown width (half), where the crown begins, trunk width (half); its bark."""

    half_width: float
    trunk: float
    thickness: float
    bark: str
    clumps: int


_SHAPES = {
    "broadleaf": _Shape(0.36, 0.26, 0.035, "#54443a", 26),
    "birch": _Shape(0.22, 0.3, 0.018, "#d8d5cc", 22),
    "poplar": _Shape(0.12, 0.14, 0.022, "#5d5044", 22),
    "bush": _Shape(0.62, 0.0, 0.03, "#5a4a3e", 12),
}


def draw_broadleaf(
    drawing: Drawing, tree: Tree, distance: float, place: Place, season: Season, light: Light
) -> None:
    """A tree or bush. Trunk, branches and the places of its clumps are the same in every season."""
    rng = place.tree_stream(tree.number)
    shape = _SHAPES[tree.kind]
    clumps = _clumps(rng, tree, shape)
    keeps = [rng.random() for _ in clumps]
    branches = _branches(rng, tree, shape, clumps)
    _draw_wood(drawing, tree, shape, branches, distance, season, light)
    shown = [clump for clump, keep in zip(clumps, keeps, strict=True) if keep < season.leaf_cover]
    if shown:
        _draw_leaves(drawing, tree, shown, distance, place, season, light)


def _clumps(rng: random.Random, tree: Tree, shape: _Shape) -> list[tuple[float, float, float]]:
    """Circles (x, y, radius) of the crown, the upper ones first."""
    x, y = tree.foot
    half_height = (1 - shape.trunk) / 2 * tree.height
    half_width = shape.half_width * tree.height
    middle = y - tree.height + half_height
    count = 5 + int(shape.clumps * min(1.3, max(0, tree.height - 7) / 36))
    size = min(half_width, half_height) * (0.34 if count > 14 else 0.46)
    clumps = []
    for number in range(count):
        angle = 2.399963 * number + rng.gauss(0, 1) * 0.25  # the golden angle: evenly spread
        reach = math.sqrt((number + 0.5) / count) * rng.uniform(0.82, 1)
        # Crowns are wider below their middle.
        dy = -math.cos(angle) * reach
        widen = 1 + 0.14 * dy if tree.kind != "bush" else 1 + 0.2 * dy
        radius = size * rng.uniform(0.75, 1.2)
        clumps.append(
            (
                x + math.sin(angle) * reach * (half_width - 0.5 * size) * widen,
                min(middle + dy * (half_height - 0.6 * size), y - 0.6 * radius),
                radius,
            )
        )
    return sorted(clumps, key=lambda clump: clump[1])


def _branches(
    rng: random.Random,
    tree: Tree,
    shape: _Shape,
    clumps: list[tuple[float, float, float]],
) -> list[tuple[list[Point], float]]:
    """Lines (points, width) from the trunk to every clump, twigs within it."""
    x, y = tree.foot
    lines = []
    trunk_top = y - tree.height * (0.55 + 0.3 * shape.trunk)
    for clump_x, clump_y, radius in clumps:
        low = y - tree.height * shape.trunk * 0.9
        join = max(trunk_top, min(low, clump_y + 0.75 * abs(clump_x - x) + 0.12 * tree.height))
        join = y if tree.kind == "bush" else join
        bend = ((x + clump_x) / 2 + rng.gauss(0, 1) * 0.1 * radius, (join + clump_y) / 2)
        bend = (bend[0], bend[1] + 0.12 * radius)
        lines.append(([(x, join), bend, (clump_x, clump_y)], 0.3))
        for _ in range(3 if tree.height > 22 else 1 if tree.height > 9 else 0):
            turn = math.atan2(clump_y - bend[1], clump_x - bend[0]) + rng.gauss(0, 1) * 0.7
            reach = radius * rng.uniform(0.7, 1.15)
            tip = (clump_x + math.cos(turn) * reach, clump_y + math.sin(turn) * reach)
            lines.append(([bend, tip], 0.14))
    return lines


def _draw_wood(
    drawing: Drawing,
    tree: Tree,
    shape: _Shape,
    branches: list[tuple[list[Point], float]],
    distance: float,
    season: Season,
    light: Light,
) -> None:
    x, y = tree.foot
    half = shape.thickness * tree.height
    bark = light.paint(shape.bark, distance, 0.92)
    wood = bark if tree.kind != "birch" else light.paint("#8d847c", distance)
    for width in (0.3, 0.14):
        path = lines(points for points, wide in branches if wide == width)
        if not path:
            continue
        drawing.stroke(path, wood, max(2 * half * width, 0.32), 0.95 if width == 0.3 else 0.8)
    if tree.kind != "bush":
        top = y - tree.height * 0.78
        drawing.fill(
            polyline([(x - 1.25 * half, y), (x - 0.7 * half, y - 0.25 * tree.height), (x, top),
                      (x + 0.7 * half, y - 0.25 * tree.height), (x + 1.25 * half, y)]),
            bark,
        )  # fmt: skip
    if season.snow:
        lift = max(0.5 * half * 0.3, 0.25)
        path = lines(
            [(px, py - lift) for px, py in points] for points, wide in branches if wide == 0.3
        )
        drawing.stroke(path, light.paint(_SNOW, distance), max(half * 0.3, 0.28), 0.8)
        if tree.kind == "bush":
            drawing.fill(
                round_shapes([(x, y - 0.42 * tree.height, 0.3 * tree.height)]),
                light.paint(_SNOW, distance),
                0.5,
            )


def _draw_leaves(
    drawing: Drawing,
    tree: Tree,
    clumps: list[tuple[float, float, float]],
    distance: float,
    place: Place,
    season: Season,
    light: Light,
) -> None:
    shade, bright = season.leaves[min(int(tree.tone * len(season.leaves)), len(season.leaves) - 1)]
    opacity = 0.7 + 0.27 * season.leaf_cover
    if season.blossom and tree.tone * 7 % 1 < 0.4 and tree.kind != "poplar":
        choice = int(tree.tone * 100) % len(season.blossom)
        bright = season.blossom[choice]
        shade = mix(bright, "#9c6f86", 0.45)
    sun = 1 if place.sky.sun[0] > 128 else -1
    offset = [(x, y + 0.12 * r, r) for x, y, r in clumps]
    drawing.fill(round_shapes(offset), light.paint(shade, distance, 0.78), opacity)
    drawing.fill(
        round_shapes([(x + 0.16 * sun * r, y - 0.14 * r, 0.8 * r) for x, y, r in clumps]),
        light.paint(mix(shade, bright, 0.5), distance),
        opacity,
    )
    upper = clumps[: max(3, 2 * len(clumps) // 3)]
    drawing.fill(
        round_shapes([(x + 0.34 * sun * r, y - 0.34 * r, 0.44 * r) for x, y, r in upper]),
        light.paint(bright, distance),
        0.85,
    )
    if tree.height > 24:
        _draw_single_leaves(drawing, tree, clumps, bright, shade, distance, place, season, light)


def _draw_single_leaves(
    drawing: Drawing,
    tree: Tree,
    clumps: list[tuple[float, float, float]],
    bright: str,
    shade: str,
    distance: float,
    place: Place,
    season: Season,
    light: Light,
) -> None:
    """Near by, leaves at the rims of the clumps."""
    rng = place.season_stream(season.number, 1000 + tree.number)
    for colour, factor in ((shade, 0.85), (bright, 1.0)):
        leaves = []
        for x, y, radius in clumps:
            angles = rng.uniform(0, 2 * np.pi, 7)
            reaches = radius * rng.uniform(0.5, 1.18, 7)
            size = max(0.35, 0.011 * tree.height)
            leaves += [
                (x + math.cos(a) * r, y + math.sin(a) * r, size)
                for a, r in zip(angles, reaches, strict=True)
            ]
        drawing.fill(round_shapes(leaves), light.paint(colour, distance, factor), 0.9)
