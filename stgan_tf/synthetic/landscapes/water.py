"""Lakes and rivers: they mirror what is behind them, or lie under ice and snow."""

import numpy as np

from stgan_tf.synthetic.landscapes.grid import Grid, blend
from stgan_tf.synthetic.landscapes.ground import course_coverage
from stgan_tf.synthetic.landscapes.light import Light, factors, rgb
from stgan_tf.synthetic.landscapes.noise import fractal, noise, noise_table, smooth_step
from stgan_tf.synthetic.landscapes.place import FRAME, Place, at
from stgan_tf.synthetic.landscapes.seasons import Season


def water_coverage(place: Place, grid: Grid) -> np.ndarray:
    """How much of each pixel is water or ice, float32 (H, size) in [0, 1]."""
    if place.lake is not None:
        far, near = at(place.lake.far, grid.x), at(place.lake.near, grid.x)
        slope = np.gradient(near[0], grid.x[0])[None, :]
        return grid.inside(grid.y - far) * grid.inside(near - grid.y, np.clip(slope, -3, 3))
    if place.river is not None:
        return course_coverage(place.river, grid)
    return np.zeros((len(grid.y), grid.size), np.float32)


def paint_water(
    image: np.ndarray, place: Place, season: Season, light: Light, whole: Grid
) -> np.ndarray:
    """Water over `image` (3, size, size), which holds all that it mirrors."""
    if place.lake is not None:
        grid, rows = whole.rows(min(place.lake.far) - 1, max(place.lake.near) + 1)
    elif place.river is not None:
        grid, rows = whole.rows(place.horizon)
    else:
        return image
    cover = water_coverage(place, grid)
    table = noise_table(place.stream(4))
    nearness = np.clip((grid.y - place.horizon) / (FRAME - place.horizon), 0.012, 1)
    aside, away = (grid.x - 128) / nearness, 150 / nearness
    if place.lake is not None:
        shore = at(place.lake.far, grid.x)
    else:
        shore = np.full_like(grid.x, place.horizon)
    mirrored = _mirror(image, shore, aside, away, table, nearness, grid)
    paint = _ice if season.ice else _open_water
    surface = paint(mirrored, season, light, aside, away, nearness, table)
    edge = np.clip(4 * cover * (1 - cover), 0, 1)
    part = blend(image[:, rows], surface, cover)
    image[:, rows] = part * (1 - (0.25 - 0.12 * season.snow) * edge)
    return image


def _mirror(
    image: np.ndarray,
    shore: np.ndarray,
    aside: np.ndarray,
    away: np.ndarray,
    table: np.ndarray,
    nearness: np.ndarray,
    grid: Grid,
) -> np.ndarray:
    """The image upside down about the shore, broken by ripples."""
    ripples = fractal(table, aside / 26, away / 5, 2) - 0.5
    source = 2 * shore - grid.y + ripples * 26 * np.sqrt(nearness)
    row = np.clip(source * grid.scale - 0.5, 0, grid.size - 1.001)
    upper = row.astype(np.int64)
    part = row - upper
    columns = np.broadcast_to(np.arange(grid.size), upper.shape)
    lower = np.minimum(upper + 1, grid.size - 1)
    return image[:, upper, columns] * (1 - part) + image[:, lower, columns] * part


def _open_water(
    mirrored: np.ndarray,
    season: Season,
    light: Light,
    aside: np.ndarray,
    away: np.ndarray,
    nearness: np.ndarray,
    table: np.ndarray,
) -> np.ndarray:
    deep = rgb(season.water) * light.land
    # Looking down one sees into the water, along it what it mirrors.
    surface = blend(mirrored * 0.94, deep, 0.2 + 0.5 * nearness + 0 * aside)
    glints = noise(table, aside / 15, away / 2.2)
    bright = smooth_step(0.74, 0.95, glints) * 0.28 * smooth_step(0.02, 0.2, nearness)
    dark = smooth_step(0.3, 0.08, glints) * 0.22
    surface = blend(surface, deep * 0.7, dark)
    return blend(surface, light.horizon, bright)


def _ice(
    mirrored: np.ndarray,
    season: Season,
    light: Light,
    aside: np.ndarray,
    away: np.ndarray,
    nearness: np.ndarray,
    table: np.ndarray,
) -> np.ndarray:
    ice = rgb(season.water) * light.land
    surface = blend(mirrored, ice, np.full(mirrored.shape[1:], 0.78, np.float32))
    drifts = fractal(table, aside / 60, away / 22, 3)
    snow = factors((238, 243, 250)) * light.land
    surface = blend(surface, snow, smooth_step(0.4, 0.62, drifts) * 0.85)
    cracks = np.abs(fractal(table, aside / 46 + 20, away / 34, 2) - 0.5)
    lines = smooth_step(0.022, 0.004, cracks) * smooth_step(0.08, 0.4, nearness) * 0.35
    return blend(surface, ice * 0.72, lines)
