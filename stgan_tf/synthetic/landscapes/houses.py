"""Cottages, barns and churches, seen from a corner."""

from stgan_tf.synthetic.colour_arithmetic import mix
from stgan_tf.synthetic.landscapes.light import Light
from stgan_tf.synthetic.landscapes.place import House, Place
from stgan_tf.synthetic.landscapes.seasons import Season
from stgan_tf.synthetic.vector_drawing import Drawing, Point, polyline

_WALLS = ("#efe6d6", "#e3d3b4", "#b5493a", "#8d6f52", "#d9d9d6", "#c9b48c", "#7f94a3", "#f4efe6")
_ROOFS = ("#8f3f2e", "#a3543a", "#5b5f68", "#6f4a38", "#78706a", "#95482f", "#4c545e", "#a5653f")
_BARN_WALLS = ("#8f3b2e", "#7d5a40", "#6b5a4a", "#9a4a34")
_GLASS = "#3d4a58"
_LAMP = "#ffd98a"
_SNOW = "#f3f6fb"


def draw_house(
    drawing: Drawing, house: House, distance: float, place: Place, season: Season, light: Light
) -> None:
    """A house on its foot; the roof carries snow in winter."""
    width = house.width
    x, y = house.foot
    storey = width * {"cottage": 0.52, "barn": 0.5, "church": 0.85}[house.kind]
    gable = width * {"cottage": 0.5, "barn": 0.42, "church": 0.75}[house.kind]
    length = house.side * width * {"cottage": 1.05, "barn": 1.3, "church": 1.35}[house.kind]
    rise = 0.1 * width  # the far end of the long side is higher in the frame
    left, right = x - width / 2, x + width / 2
    corner = right if house.side > 0 else left
    walls = _BARN_WALLS if house.kind == "barn" else _WALLS
    wall = walls[house.wall % len(walls)]
    if house.kind == "church":
        wall = ("#f1ece0", "#dcd3c2")[house.wall % 2]
    sunny = (place.sky.sun[0] > x) == (house.side > 0)
    front, flank = (0.84, 1.02) if sunny else (1.02, 0.78)

    def paint(colour: str, factor: float = 1.0) -> str:
        return light.paint(colour, distance, factor)

    eaves, ridge = y - storey, y - storey - gable
    drawing.ellipse(
        (x + length / 2, y - 0.02 * width), (0.95 * width, 0.13 * width),
        paint(mix(season.meadow[1], "#20283c", 0.55)), 0.4,
    )  # fmt: skip
    far = corner + length
    drawing.fill(
        polyline([(corner, y), (far, y - rise), (far, eaves - rise), (corner, eaves)]),
        paint(wall, flank),
    )
    drawing.fill(
        polyline([(left, y), (left, eaves), (x, ridge), (right, eaves), (right, y)]),
        paint(wall, front),
    )
    _draw_openings(drawing, house, place, paint, storey, corner, length, rise)
    slope = [(x, ridge), (x + length, ridge - rise), (far, eaves - rise), (corner, eaves)]
    roof = _ROOFS[house.roof % len(_ROOFS)]
    _draw_roof(drawing, house, slope, season, paint, roof, 1.0 if sunny else 0.8)
    if house.kind == "church":
        _draw_tower(drawing, house, season, paint, wall, roof, storey)


def _draw_openings(drawing, house, place, paint, storey, corner, length, rise) -> None:
    """Door and windows; lamps are lit in the evening, whatever the season."""
    x, y = house.foot
    width = house.width
    lit = place.sky.time in ("dusk", "evening")
    glass = _LAMP if lit else paint(_GLASS)
    if house.kind == "barn":
        door = [(x - 0.22 * width, y), (x - 0.22 * width, y - 0.4 * width),
                (x + 0.22 * width, y - 0.4 * width), (x + 0.22 * width, y)]  # fmt: skip
        drawing.fill(polyline(door), paint("#4b382c"))
        return
    panes = []
    if house.kind == "cottage":
        drawing.fill(_box(x - 0.02 * width, y, 0.16 * width, 0.32 * width), paint("#5d4030"))
        panes += [_box(x + 0.28 * width, y - 0.16 * width, 0.15 * width, 0.17 * width),
                  _box(x - 0.31 * width, y - 0.16 * width, 0.15 * width, 0.17 * width),
                  _box(x, y - 0.58 * width, 0.15 * width, 0.16 * width)]  # fmt: skip
    tall = 0.17 if house.kind == "cottage" else 0.42
    for share in (0.22, 0.5, 0.78):
        middle = corner + share * length
        sill = y - share * rise - 0.2 * width
        panes.append(_box(middle, sill, 0.12 * width, min(tall * width, storey - 0.3 * width)))
    drawing.fill("".join(panes), glass)


def _draw_roof(drawing, house, slope: list[Point], season, paint, roof, factor) -> None:
    x, _ = house.foot
    width = house.width
    (ridge_x, ridge_y), _, (far_x, far_y), (eaves_x, eaves_y) = slope
    over = 0.07 * width
    out = house.side * over
    lower = [(far_x + out, far_y + over), (eaves_x + out, eaves_y + over)]
    outline = [*slope[:2], *lower]
    if house.kind == "cottage":
        stack = ridge_x + 0.55 * (slope[1][0] - ridge_x)
        drawing.fill(_box(stack, ridge_y + 0.06 * width, 0.13 * width, 0.3 * width),
                     paint("#7c5a4c", 0.9))  # fmt: skip
        if season.snow:
            drawing.fill(_box(stack, ridge_y - 0.21 * width, 0.16 * width, 0.06 * width),
                         paint(_SNOW))  # fmt: skip
    drawing.fill(polyline(outline), paint(roof, factor))
    # The eave on the other side, seen from below.
    other = 2 * x - eaves_x
    verge = polyline([(other - out, eaves_y + over), (ridge_x, ridge_y), lower[1]], closed=False)
    drawing.stroke(verge, paint(roof, 0.7), max(0.07 * width, 0.4))
    if season.snow:
        lift = 0.05 * width
        snow = [(px, py - lift) for px, py in slope[:2]]
        snow += [(px, py - 0.4 * lift) for px, py in lower]
        drawing.fill(polyline(snow), paint(_SNOW, 0.9 + 0.1 * factor))
        drawing.stroke(verge, paint(_SNOW), max(0.055 * width, 0.35))


def _draw_tower(drawing, house, season, paint, wall, roof, storey) -> None:
    x, y = house.foot
    width = house.width
    half, height = 0.24 * width, 2.1 * width
    tower = [(x - half, y), (x - half, y - height), (x + half, y - height), (x + half, y)]
    drawing.fill(polyline(tower), paint(wall, 0.95))
    drawing.fill(polyline([(x, y), (x, y - height), (x + house.side * half, y - height),
                           (x + house.side * half, y)]), paint(wall, 0.85))  # fmt: skip
    spire = [(x - 1.25 * half, y - height), (x, y - 1.75 * height), (x + 1.25 * half, y - height)]
    drawing.fill(polyline(spire), paint(roof))
    if season.snow:
        drawing.fill(polyline([(x - 1.2 * half, y - height), (x, y - 1.75 * height),
                               (x + 0.2 * half, y - height)]), paint(_SNOW))  # fmt: skip
    drawing.fill(_box(x, y - 0.78 * height, 0.2 * width, 0.3 * width), paint(_GLASS))
    drawing.fill(_box(x, y, 0.22 * width, 0.36 * width), paint("#5d4030"))


def _box(middle: float, bottom: float, width: float, height: float) -> str:
    left, right = middle - width / 2, middle + width / 2
    return polyline([(left, bottom), (left, bottom - height), (right, bottom - height),
                     (right, bottom)])  # fmt: skip
