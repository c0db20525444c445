"""Small things on the near ground: grass, flowers or fallen leaves, a fence."""

import numpy as np

from stgan_tf.synthetic.landscapes.grid import Grid
from stgan_tf.synthetic.landscapes.ground import course_coverage
from stgan_tf.synthetic.landscapes.light import Light
from stgan_tf.synthetic.landscapes.outlines import lines, round_shapes, tapering
from stgan_tf.synthetic.landscapes.place import FRAME, Place, at
from stgan_tf.synthetic.landscapes.seasons import Season
from stgan_tf.synthetic.landscapes.water import water_coverage
from stgan_tf.synthetic.vector_drawing import Drawing

_MAP_SIZE = 64
_SNOW = "#f3f6fb"


def draw_grass(drawing: Drawing, place: Place, season: Season, light: Light) -> None:
    """Tufts at the same spots in every season; in winter the straw stands out of the snow."""
    rng = place.stream(5)
    dark, bright = [], []
    chances = rng.random((150, 5)).tolist()
    for (x, y, nearness), (shade, tall, *leans) in zip(
        _spots(rng, place, 150), chances, strict=False
    ):
        blades = dark if shade < 0.55 else bright
        height = 6.5 * nearness * (0.5 + 0.7 * tall)
        for chance in leans:
            lean = 1.2 * chance - 0.6
            blades.append([(x + lean, y), (x + lean * (1 + height), y - height)])
    opacity = 0.45 if season.snow else 0.75
    for blades, colour in zip((dark, bright), season.grass, strict=True):
        if blades:
            drawing.fill(tapering(blades, 1.0), light.paint(colour, 0.04), opacity)


def draw_scatter(drawing: Drawing, place: Place, season: Season, light: Light) -> None:
    """Flowers in spring and summer, fallen leaves in autumn."""
    if not season.flowers:
        return
    rng = place.season_stream(season.number, 6)
    dots: list[list[tuple[float, float, float]]] = [[] for _ in season.flowers]
    chances = rng.random((160, 2)).tolist()
    for (x, y, nearness), (kind, large) in zip(_spots(rng, place, 160), chances, strict=False):
        size = (0.35 + 0.75 * nearness) * (0.6 + 0.5 * large)
        dots[int(kind * len(dots))].append((x, y, size))
    for centres, colour in zip(dots, season.flowers, strict=True):
        if centres:
            drawing.fill(round_shapes(centres), light.paint(colour, 0.05), 0.9)


def draw_fence(drawing: Drawing, place: Place, season: Season, light: Light) -> None:
    """Posts and two rails along the nearest swell."""
    if not place.fence:
        return
    line = place.swells[-1]
    posts, caps, rails = [], [], ([], [])
    xs = np.arange(-6.0, 264.0, 9.5)
    dry = _open_ground(place)
    for x in xs:
        y = float(at(line, np.clip(x, 0, FRAME))) + 2
        height = 1.25 * place.units_per_metre(y)
        if not dry[_cell(y), _cell(x)]:
            for rail in rails:
                rail.append([])
            continue
        posts.append([(x, y), (x, y - height)])
        caps.append([(x, y - height), (x, y - height - 0.4)])
        for rail, share in zip(rails, (0.45, 0.85), strict=True):
            if not rail:
                rail.append([])
            rail[-1].append((x, y - share * height))
    runs = [part for rail in rails for part in rail if len(part) > 1]
    wood = light.paint("#6e5845", 0.1)
    if posts:
        drawing.stroke(lines(runs + posts), wood, 1.0)
    if season.snow and posts:
        snow = [[(x, y - 0.7) for x, y in part] for part in runs]
        drawing.stroke(lines(snow + caps), light.paint(_SNOW, 0.1), 0.7)


def _spots(rng: np.random.Generator, place: Place, count: int):
    """(x, y, nearness) of points on dry ground, denser far away as they are on the ground."""
    dry = _open_ground(place)
    nearness = 0.22 + 0.78 * rng.random(count) ** 1.3
    x = rng.uniform(0, FRAME, count)
    y = place.horizon + nearness * (FRAME - place.horizon)
    for spot in zip(x.tolist(), y.tolist(), nearness.tolist(), strict=True):
        if dry[_cell(spot[1]), _cell(spot[0])]:
            yield spot


def _open_ground(place: Place) -> np.ndarray:
    """(64, 64) bool: neither water nor path."""
    grid = Grid(_MAP_SIZE)
    taken = water_coverage(place, grid)
    if place.path is not None:
        taken = np.maximum(taken, course_coverage(place.path, grid))
    return taken < 0.05


def _cell(position: float) -> int:
    return min(max(int(position * _MAP_SIZE / FRAME), 0), _MAP_SIZE - 1)
