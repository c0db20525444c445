"""Broadleaf trees and bushes: branches, and clumps of leaves on them as the season has them."""

import math
import random
from dataclasses import dataclass

import numpy as np

from stgan_tf.synthetic.colour_arithmetic import mix
from stgan_tf.synthetic.landscapes.light import Light
from stgan_tf.synthetic.landscapes.outlines import round_shapes, tapering
from stgan_tf.synthetic.landscapes.place import Place, Tree
from stgan_tf.synthetic.landscapes.seasons import Season
from stgan_tf.synthetic.vector_drawing import Drawing, Point, polyline

_SNOW = "#f1f5fb"
#: Height below which leaves hide the branches behind them.
_SMALL = 14


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
    leafy = [keep < season.leaf_cover for keep in keeps]
    branches, twigs = _wood(rng, tree, shape, clumps, leafy)
    _draw_wood(drawing, tree, shape, branches, twigs, distance, season, light)
    shown = [clump for clump, has_leaves in zip(clumps, leafy, strict=True) if has_leaves]
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


def _wood(
    rng: random.Random,
    tree: Tree,
    shape: _Shape,
    clumps: list[tuple[float, float, float]],
    leafy: list[bool],
) -> tuple[list[list[Point]], list[list[Point]]]:
    """Lines from the trunk to the clumps, and twigs within those that have no leaves, which would
    hide them, and in small trees the branches too. Where a line is does not depend on `leafy`.
    """
    x, y = tree.foot
    branches, twigs = [], []
    trunk_top = y - tree.height * (0.55 + 0.3 * shape.trunk)
    low = y - tree.height * shape.trunk * 0.9
    each = 3 if tree.height > 22 else 1 if tree.height > 9 else 0
    for (clump_x, clump_y, radius), hidden in zip(clumps, leafy, strict=True):
        join = max(trunk_top, min(low, clump_y + 0.75 * abs(clump_x - x) + 0.12 * tree.height))
        join = y if tree.kind == "bush" else join
        bend_x = (x + clump_x) / 2 + rng.gauss(0, 1) * 0.1 * radius
        bend = (bend_x, (join + clump_y) / 2 + 0.12 * radius)
        if not (hidden and tree.height < _SMALL):
            branches.append([(x, join), bend, (clump_x, clump_y)])
        chances = [(rng.gauss(0, 1), rng.random()) for _ in range(each)]
        if hidden:
            continue
        forward = math.atan2(clump_y - bend[1], clump_x - bend[0])
        for turned, far in chances:
            turn, reach = forward + 0.7 * turned, radius * (0.7 + 0.45 * far)
            tip = (clump_x + math.cos(turn) * reach, clump_y + math.sin(turn) * reach)
            twigs.append([bend, tip])
    return branches, twigs


def _draw_wood(
    drawing: Drawing,
    tree: Tree,
    shape: _Shape,
    branches: list[list[Point]],
    twigs: list[list[Point]],
    distance: float,
    season: Season,
    light: Light,
) -> None:
    x, y = tree.foot
    half = shape.thickness * tree.height
    bark = light.paint(shape.bark, distance, 0.92)
    wood = bark if tree.kind != "birch" else light.paint("#8d847c", distance)
    if branches:
        drawing.fill(tapering(branches, max(0.9 * half, 0.48)), wood, 0.95)
    if twigs:
        drawing.fill(tapering(twigs, max(0.5 * half, 0.6)), wood, 0.8)
    if tree.kind != "bush":
        top = y - tree.height * 0.78
        drawing.fill(
            polyline([(x - 1.25 * half, y), (x - 0.7 * half, y - 0.25 * tree.height), (x, top),
                      (x + 0.7 * half, y - 0.25 * tree.height), (x + 1.25 * half, y)]),
            bark,
        )  # fmt: skip
    if season.snow:
        lift = max(0.5 * half * 0.3, 0.25)
        caps = [[(px, py - lift) for px, py in points] for points in branches]
        drawing.fill(tapering(caps, max(0.45 * half, 0.42)), light.paint(_SNOW, distance), 0.8)
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
    centres = np.array(clumps)[:, :, None]
    size = max(0.41, 0.013 * tree.height)
    for colour, factor in ((shade, 0.85), (bright, 1.0)):
        chances = rng.random((len(clumps), 2, 5))
        angles, reaches = 2 * np.pi * chances[:, 0], centres[:, 2] * (0.5 + 0.68 * chances[:, 1])
        x = (centres[:, 0] + np.cos(angles) * reaches).ravel().tolist()
        y = (centres[:, 1] + np.sin(angles) * reaches).ravel().tolist()
        leaves = round_shapes([(across, down, size) for across, down in zip(x, y, strict=True)])
        drawing.fill(leaves, light.paint(colour, distance, factor), 0.9)
