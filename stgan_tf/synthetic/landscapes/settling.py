"""Where houses and trees stand: on land, off the path, in groups, as large as their distance."""

import dataclasses

import numpy as np

from stgan_tf.synthetic.landscapes.place import FRAME, House, Place, Tree, value_at

#: Metres, least and most.
_TREE_HEIGHTS = {
    "conifer": (7, 15),
    "broadleaf": (6, 12),
    "birch": (7, 12),
    "poplar": (9, 15),
    "bush": (1.2, 2.8),
}


def set_houses(rng: np.random.Generator, place: Place) -> Place:
    """The place with 0 to 5 houses near each other."""
    count = int(rng.choice([0, 1, 2, 3, 5], p=[0.3, 0.25, 0.2, 0.15, 0.1]))
    room = FRAME - place.horizon
    centre = rng.uniform(40, 216), place.horizon + room * rng.uniform(0.12, 0.4)
    houses: list[House] = []
    church = count >= 3
    for _ in range(40):
        if len(houses) == count:
            break
        x = centre[0] + rng.normal() * 16 * min(count, 4)
        y = centre[1] + rng.normal() * room * 0.05
        kind = "church" if church else ("cottage", "cottage", "barn")[int(rng.integers(3))]
        width = place.units_per_metre(y) * {"church": 6, "cottage": 6.5, "barn": 8}[kind]
        house = House(
            (x, y),
            width,
            int(2 * rng.integers(2) - 1),
            kind,
            int(rng.integers(8)),
            int(rng.integers(8)),
        )
        apart = all(abs(x - other.foot[0]) > 1.6 * (width + other.width) for other in houses)
        if 12 < x < 244 and width > 4 and apart and _is_dry(place, x, y, 2.2 * width):
            houses.append(house)
            church = False
    houses.sort(key=lambda house: house.foot[1])
    return dataclasses.replace(place, houses=tuple(houses))


def plant_trees(rng: np.random.Generator, place: Place) -> Place:
    """The place with trees: woods in the distance, groups before them, a few near the sides."""
    room = FRAME - place.horizon
    main = str(rng.choice(["conifer", "broadleaf", "birch"], p=[0.36, 0.46, 0.18]))
    feet: list[tuple[float, float, str]] = []

    def scatter(count: int, x: float, share: float, width: float, kinds: tuple[str, ...]) -> None:
        for _ in range(count):
            y = place.horizon + room * share * np.exp(rng.normal() * 0.12)
            feet.append((x + rng.normal() * width, y, kinds[int(rng.integers(len(kinds)))]))

    mixed = (main, main, main, "conifer", "broadleaf")
    for _ in range(int(rng.integers(2, 6))):  # woods
        scatter(int(rng.integers(8, 22)), rng.uniform(0, 256), rng.uniform(0.06, 0.2), 22, mixed)
    for _ in range(int(rng.integers(1, 5))):  # groups
        share = rng.uniform(0.2, 0.5)
        kinds = (main, "poplar") if rng.random() < 0.2 else (main, main, "broadleaf", "bush")
        scatter(int(rng.integers(2, 7)), rng.uniform(0, 256), share, 26, kinds)
    for _ in range(int(rng.integers(0, 4))):  # near, at the sides: they frame the view
        x = rng.uniform(-6, 46) if rng.random() < 0.5 else rng.uniform(210, 262)
        scatter(1, x, rng.uniform(0.6, 0.95), 5, (main, main, "broadleaf"))
    for _ in range(int(rng.integers(3, 12))):
        scatter(1, rng.uniform(0, 256), rng.uniform(0.15, 0.95), 5, ("bush",))

    trees = []
    for number, (x, y, kind) in enumerate(feet):
        height = rng.uniform(*_TREE_HEIGHTS[kind]) * place.units_per_metre(y)
        tone = float(rng.random())
        if y < FRAME + 6 and height > 2.2 and _is_free(place, x, y, height):
            trees.append(Tree((float(x), float(y)), float(height), kind, tone, number))
    trees.sort(key=lambda tree: tree.foot[1])
    return dataclasses.replace(place, trees=tuple(trees))


def _is_free(place: Place, x: float, y: float, height: float) -> bool:
    for house in place.houses:
        behind = y < house.foot[1] - 0.3 * house.width
        if abs(x - house.foot[0]) < (0.8 if behind else 2.3) * house.width and (
            y < house.foot[1] + 3 * house.width
        ):
            return False
    return _is_dry(place, x, y, 0.12 * height + 1)


def _is_dry(place: Place, x: float, y: float, margin: float) -> bool:
    """Whether the ground there is neither water nor path."""
    if place.lake is not None:
        far, near = value_at(place.lake.far, x), value_at(place.lake.near, x)
        if near > far and far - 0.2 * margin < y < near + 0.6 * margin:
            return False
    for course in (place.river, place.path):
        if course is not None:
            half = value_at(course.half_width, y)
            if half > 0 and abs(x - value_at(course.middle, y)) < half + margin:
                return False
    return True
