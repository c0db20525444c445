"""The near ground: meadows, tilled fields, a path."""

import numpy as np

from stgan_tf.synthetic.landscapes.grid import Grid, blend
from stgan_tf.synthetic.landscapes.light import Light, factors, rgb
from stgan_tf.synthetic.landscapes.noise import fractal, noise, noise_table, smooth_step
from stgan_tf.synthetic.landscapes.place import FRAME, Course, Place, at
from stgan_tf.synthetic.landscapes.seasons import Season


def paint_ground(
    image: np.ndarray, place: Place, season: Season, light: Light, whole: Grid
) -> np.ndarray:
    """The ground over `image` (3, size, size), path included, water not."""
    table = noise_table(place.stream(3))
    grid, rows = whole.rows(min(min(line) for line in place.swells) - 1)
    nearness = np.clip((grid.y - place.horizon) / (FRAME - place.horizon), 0.012, 1)
    # Points on the ground: to the side and away, in units that are pixels at the lower edge.
    aside, away = (grid.x - 128) / nearness, 150 / nearness
    colour = _meadow(aside, away, nearness, table, season)
    if place.fields:
        colour = _fields(colour, aside, away, nearness, table, season)
    ground = _swells(image[:, rows], colour, place, season, light, grid, nearness)
    if place.path is not None:
        ground = _path(ground, place.path, season, light, grid, aside, away, table)
    image[:, rows] = ground
    return image


def land_coverage(place: Place, grid: Grid) -> np.ndarray:
    """How much of each pixel is near ground, float32 (size, size) in [0, 1]."""
    return np.maximum.reduce([grid.below(at(line, grid.x[0])) for line in place.swells])


def _meadow(
    aside: np.ndarray, away: np.ndarray, nearness: np.ndarray, table: np.ndarray, season: Season
) -> np.ndarray:
    far, near = (rgb(colour) for colour in season.meadow)
    colour = far + (near - far) * np.sqrt(nearness)
    patches = fractal(table, aside / 70, away / 40, 3)
    first, second = (rgb(spot) for spot in season.meadow_spots)
    colour = blend(colour, first, smooth_step(0.48, 0.72, patches) * 0.75)
    colour = blend(colour, second, smooth_step(0.5, 0.28, patches) * 0.6)
    # Blades are finer than a pixel in the distance: there they would only flicker.
    blades = noise(table, aside / 3.4, away / 2.3) - 0.5
    strength = (0.3 - 0.2 * season.snow) * smooth_step(0.12, 0.5, nearness)
    return colour * (1 + strength * blades)


def _fields(
    colour: np.ndarray,
    aside: np.ndarray,
    away: np.ndarray,
    nearness: np.ndarray,
    table: np.ndarray,
    season: Season,
) -> np.ndarray:
    """Patches of crops with furrows, beyond the first meadow."""
    bend = 36 * (fractal(table, aside / 260, away / 300, 2) - 0.5)
    u, v = (aside + bend) / 210 + 0.37, (np.log(away) * 260 + 0.4 * bend) / 130
    column, row = np.floor(u), np.floor(v)
    crop = noise(table, column * 7 + 3, row * 11 + 5)
    palette = np.concatenate([rgb(tone) for tone in season.fields], axis=1)[:, :, 0]
    tilled = palette[:, np.minimum((crop * palette.shape[1]).astype(int), palette.shape[1] - 1)]
    turned = crop * 97 % 1 > 0.5
    furrows = np.sin(np.where(turned, u * 90, v * 70) * np.pi)
    fine = smooth_step(0.05, 0.3, nearness)
    tilled = tilled * (1 + (0.1 - 0.05 * season.snow) * fine * furrows)
    edge = np.minimum(np.minimum(u - column, 1 - u + column), np.minimum(v - row, 1 - v + row))
    grown = smooth_step(0.015, 0.05, edge) * (crop > 0.25)
    return blend(colour, tilled, grown * smooth_step(0.62, 0.5, nearness + 0 * aside) * 0.9)


def _swells(
    image: np.ndarray,
    colour: np.ndarray,
    place: Place,
    season: Season,
    light: Light,
    grid: Grid,
    nearness: np.ndarray,
) -> np.ndarray:
    side = -1 if place.sky.sun[0] > 128 else 1
    lit = colour * light.land
    for number, swell in enumerate(place.swells):
        line = at(swell, grid.x[0])
        down = grid.y - line[None, :]
        facing = -side * np.gradient(line, grid.x[0])[None, :]
        shading = 1.0 + 0.5 * np.clip(facing, -0.3, 0.3) * np.exp(-np.maximum(down, 0) / 30)
        # A crest catches the light; the hollow before the next one does not.
        shading = shading + 0.1 * np.exp(-np.maximum(down, 0) / 5)
        if number + 1 < len(place.swells):
            hollow = at(place.swells[number + 1], grid.x[0])[None, :] - grid.y
            shading = shading - 0.16 * np.exp(-np.maximum(hollow, 0) / 9)
        # Shaded snow is blue, not grey.
        shades = 1 + (shading - 1) * factors((1, 1 - 0.2 * season.snow, 1 - 0.5 * season.snow))
        seen = light.distant(lit * shades, 0.42 * np.exp(-nearness * 7) + 0 * grid.x)
        image = blend(image, seen, grid.below(line))
    return image


def course_coverage(course: Course, grid: Grid) -> np.ndarray:
    """How much of each pixel a river or path covers, float32 (size, size) in [0, 1]."""
    middle, half = (at(line, grid.y[:, 0])[:, None] for line in (course.middle, course.half_width))
    slope = np.gradient(middle[:, 0], grid.y[:, 0])[:, None]
    return grid.inside(half - np.abs(grid.x - middle), np.clip(slope, -5, 5)) * (half > 0)


def _path(
    image: np.ndarray,
    path: Course,
    season: Season,
    light: Light,
    grid: Grid,
    aside: np.ndarray,
    away: np.ndarray,
    table: np.ndarray,
) -> np.ndarray:
    cover = course_coverage(path, grid)
    half = np.maximum(at(path.half_width, grid.y), 0.3)
    across = np.abs(grid.x - at(path.middle, grid.y)) / half
    grain = noise(table, aside / 5, away / 4)
    colour = rgb(season.path) * light.land * (0.88 + 0.22 * grain)
    # Two ruts, and grass between them.
    ruts = np.exp(-np.square((across - 0.5) / 0.2))
    colour = colour * (1 - 0.14 * ruts)
    ragged = np.clip(1.5 - across + 0.8 * (grain - 0.5), 0, 1)
    return blend(image, colour, cover * np.clip(ragged * 1.6, 0, 1) * 0.92)
