"""One landscape: a place in a season to pixels."""

import math

import numpy as np

from stgan_tf.frame import Size
from stgan_tf.synthetic.landscapes.broadleaf_trees import draw_broadleaf
from stgan_tf.synthetic.landscapes.conifers import draw_conifer
from stgan_tf.synthetic.landscapes.grid import Grid, blend
from stgan_tf.synthetic.landscapes.ground import paint_ground
from stgan_tf.synthetic.landscapes.houses import draw_house
from stgan_tf.synthetic.landscapes.light import Light, light_of
from stgan_tf.synthetic.landscapes.place import FRAME, House, Place, Tree
from stgan_tf.synthetic.landscapes.relief import paint_relief
from stgan_tf.synthetic.landscapes.seasons import Season, season_of
from stgan_tf.synthetic.landscapes.sky import paint_sky
from stgan_tf.synthetic.landscapes.undergrowth import draw_fence, draw_grass, draw_scatter
from stgan_tf.synthetic.landscapes.water import paint_water
from stgan_tf.synthetic.vector_drawing import Drawing, polyline

#: Sides in pixels that make sense: below, nothing is told apart; above, drawing is slow.
SMALLEST, LARGEST = 16, 1024
#: Smaller images are drawn at a multiple of their size and averaged: texture would alias.
_LEAST_DRAWN = 128
#: Of a shadow: points on the unit circle.
_SHADOW_RIM = [(math.cos(k * math.pi / 7), math.sin(k * math.pi / 7)) for k in range(14)]


def draw_landscape(place: Place, season: str, size: int = 128) -> np.ndarray:
    """Draws a place in a season.

    Args:
      place: from `sample_place`.
      season: one of SEASONS.
      size: side in pixels, SMALLEST to LARGEST.

    Returns:
      uint8 (size, size, 3), RGB. Two seasons of one place differ in colours, leaves, snow, flowers
      and ice; relief, water, trees, houses, clouds and sun are at the same pixels.

    Raises:
      ValueError: for another season or size.
    """
    look = season_of(season)
    require_size(size)
    factor = -(-_LEAST_DRAWN // size)
    grid = Grid(size * factor)
    light = light_of(place, look)
    image = paint_sky(place, light, grid)
    image = paint_relief(image, place, look, light, grid)
    image = paint_ground(image, place, look, light, grid)
    # What stands behind the water is drawn before it, and mirrored.
    behind, before = _beside_water(place)
    if behind:
        image = _stand(image, behind, place, look, light, grid, near_ground=False)
    image = paint_water(image, place, look, light, grid)
    image = _stand(image, before, place, look, light, grid, near_ground=True)
    if factor > 1:
        image = image.reshape(3, size, factor, size, factor).mean(axis=(2, 4))
    planes = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))


def require_size(size: int) -> None:
    """ValueError where images of that side are not drawn."""
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"size must be from {SMALLEST} to {LARGEST} pixels. Received: {size}.")


def _beside_water(place: Place) -> tuple[list[House | Tree], list[House | Tree]]:
    """Houses and trees, from far to near: those behind the water, and the others."""
    standing = sorted((*place.houses, *place.trees), key=lambda thing: thing.foot[1])
    shore = max(place.lake.far) + 2 if place.lake is not None else place.horizon
    behind = [thing for thing in standing if thing.foot[1] <= shore]
    return behind, standing[len(behind) :]


def _stand(
    image: np.ndarray,
    things: list[House | Tree],
    place: Place,
    season: Season,
    light: Light,
    grid: Grid,
    near_ground: bool,
) -> np.ndarray:
    side = int(FRAME)
    drawing = Drawing(Size(side, side), Size(grid.size, grid.size))
    if near_ground:
        draw_scatter(drawing, place, season, light)
        draw_fence(drawing, place, season, light)
        draw_grass(drawing, place, season, light)
    for thing in things:
        distance = 0.5 * float(np.exp(-6 * place.nearness(thing.foot[1])))
        if isinstance(thing, House):
            draw = draw_house
        else:
            _draw_shadow(drawing, thing, distance, place, season, light)
            draw = draw_conifer if thing.kind == "conifer" else draw_broadleaf
        draw(drawing, thing, distance, place, season, light)
    layer = drawing.rasterise().transpose(2, 0, 1).astype(np.float32)
    return blend(image, layer[:3], layer[3] / 255)


def _draw_shadow(
    drawing: Drawing, tree: Tree, distance: float, place: Place, season: Season, light: Light
) -> None:
    x, y = tree.foot
    away = -1 if place.sky.sun[0] > 128 else 1
    reach = tree.height * (0.3 if tree.kind != "bush" else 0.6)
    colour = light.paint("#8fa3c4" if season.snow else "#27351f", distance)
    middle, flat = x + 0.5 * away * reach, 0.09 * tree.height
    # An ellipse takes resvg twice as long.
    rim = [(middle + reach * across, y + flat * down) for across, down in _SHADOW_RIM]
    drawing.fill(polyline(rim), colour, 0.32 + 0.1 * season.snow)
