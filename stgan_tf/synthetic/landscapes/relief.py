"""Mountains and hills behind the horizon."""

import numpy as np

from stgan_tf.synthetic.landscapes.grid import Grid, blend
from stgan_tf.synthetic.landscapes.light import Light, factors, rgb
from stgan_tf.synthetic.landscapes.noise import fractal, noise, noise_table, smooth_step
from stgan_tf.synthetic.landscapes.place import Place, Ridge, at
from stgan_tf.synthetic.landscapes.seasons import Season


def paint_relief(
    image: np.ndarray, place: Place, season: Season, light: Light, whole: Grid
) -> np.ndarray:
    """The ridges over `image` (3, size, size), from far to near."""
    table = noise_table(place.stream(2))
    for number, ridge in enumerate(place.ridges):
        line = at(ridge.line, whole.x[0])
        # The near ground begins at most so far below the horizon.
        grid, rows = whole.rows(float(line.min()) - 1, place.horizon + 12)
        paint = {"rock": _rock, "forest": _forest, "meadow": _meadow}[ridge.kind]
        colour = paint(ridge, line, number, table, place, season, grid) * light.land
        # The air is thicker at the foot of a ridge.
        foot = np.clip((grid.y - line[None, :]) / 60, 0, 1)
        distant = light.distant(colour, ridge.distance * (0.8 + 0.35 * foot))
        image[:, rows] = blend(image[:, rows], distant, grid.below(line))
    return image


def _rock(
    ridge: Ridge,
    line: np.ndarray,
    number: int,
    table: np.ndarray,
    place: Place,
    season: Season,
    grid: Grid,
) -> np.ndarray:
    top = float(line.min())
    down = np.maximum(grid.y - line[None, :], 0)
    # Ribs run down from the skyline to both sides: folds of the noise, slanted.
    ribs = fractal(table, (grid.x + 0.55 * down) / 11 + 31 * number, down / 26, 3)
    ribs += fractal(table, (grid.x - 0.6 * down) / 13 + 11, down / 30 + 7 * number, 3)
    facing = np.gradient(line, grid.x[0])[None, :] * np.exp(-down / 22)
    facing = facing * (-1 if place.sky.sun[0] > 128 else 1)
    lit = np.clip(0.45 + 2.4 * (ribs - 1) - 0.35 * np.clip(facing, -1.4, 1.4), 0, 1)
    shade, bright = (rgb(colour) for colour in season.rock)
    colour = shade + (bright - shade) * lit
    share = np.clip((place.horizon - grid.y) / (place.horizon - top), 0, 1)
    wobble = 0.28 * (ribs / 2 - 0.5) * 2
    # Meadows and woods up to a third of the height.
    green = smooth_step(0.42, 0.12, share + wobble) if season.snow < 1 else 0 * share
    colour = blend(colour, rgb(season.woods[0]) * (0.75 + 0.4 * lit), green * 0.8)
    snow = smooth_step(season.snow_line - 0.06, season.snow_line + 0.06, share + wobble)
    white = factors((168, 184, 212)) + factors((84, 68, 42)) * lit
    return blend(colour, white, snow * 0.95)


def _forest(
    ridge: Ridge,
    line: np.ndarray,
    number: int,
    table: np.ndarray,
    place: Place,
    season: Season,
    grid: Grid,
) -> np.ndarray:
    near = 1.3 - ridge.distance
    down = grid.y - line[None, :]
    u, v = grid.x / (2.6 * near) + 9 * number, down / (1.7 * near)
    crowns = noise(table, u, v)
    patches = fractal(table, grid.x / 26 + 5 * number, down / 12, 2)
    colour = _along([rgb(tone) for tone in season.woods], 0.5 + 2.2 * (patches - 0.5) * 1.0)
    colour = colour + (_along([rgb(tone) for tone in season.woods], crowns) - colour) * 0.45
    evergreen = smooth_step(0.5, 0.58, noise(table, grid.x / 19 + 3, down / 9 + 2 * number))
    needles = rgb(season.needles[0]) + (rgb(season.needles[1]) - rgb(season.needles[0])) * 0.3
    colour = blend(colour, needles, evergreen * 0.85)
    colour = colour * (0.82 + 0.34 * crowns)
    # Snow lies on every other crown.
    white = season.snow * smooth_step(0.5, 0.75, noise(table, u + 0.2, v - 0.35)) * 0.75
    return blend(colour, factors((232, 238, 246)), white)


def _meadow(
    ridge: Ridge,
    line: np.ndarray,
    number: int,
    table: np.ndarray,
    place: Place,
    season: Season,
    grid: Grid,
) -> np.ndarray:
    down = grid.y - line[None, :]
    patches = fractal(table, grid.x / 30 + 7 * number, down / 7, 3)
    base = rgb(season.meadow[0])
    colour = base + (rgb(season.meadow_spots[0]) - base) * np.clip(2 * patches - 0.5, 0, 1)
    woods = smooth_step(0.56, 0.62, patches)
    trees = _along([rgb(tone) for tone in season.woods], noise(table, grid.x / 2, down / 1.4))
    return blend(colour, trees, woods * 0.85) * (1.04 - 0.2 * np.clip(down / 40, 0, 1))


def _along(tones: list[np.ndarray], position: np.ndarray) -> np.ndarray:
    """Colours (3, H, W) at positions (H, W) in [0, 1] of a palette read as a ramp."""
    palette = np.concatenate(tones, axis=1)[:, :, 0]
    scaled = np.clip(position, 0, 1) * (len(tones) - 1)
    low = np.minimum(scaled.astype(np.int64), len(tones) - 2)
    part = (scaled - low).astype(np.float32)
    return palette[:, low] * (1 - part) + palette[:, low + 1] * part
