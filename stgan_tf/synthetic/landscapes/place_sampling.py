"""A place from a seed and an index."""

import numpy as np

from stgan_tf.synthetic.landscapes.place import FRAME, Place, Ridge, Sky
from stgan_tf.synthetic.landscapes.relief_lines import (
    hill_line,
    lake_shores,
    mountain_line,
    tree_tops,
    winding_course,
)
from stgan_tf.synthetic.landscapes.settling import plant_trees, set_houses

#: Times of day, most often by day.
_TIMES = ("noon", "afternoon", "morning", "evening", "dusk")
_TIME_WEIGHTS = (0.32, 0.24, 0.16, 0.18, 0.1)
#: Height of the sun above the horizon, as a share of the sky.
_SUN_HEIGHTS = {
    "noon": (0.75, 1.1),
    "afternoon": (0.5, 0.8),
    "morning": (0.18, 0.4),
    "evening": (0.08, 0.25),
    "dusk": (-0.05, 0.06),
}


def sample_place(seed: int, index: int) -> Place:
    """Place number `index` (from 0) of the data set `seed`: a function of the two alone.

    Raises ValueError for a negative number.
    """
    if seed < 0 or index < 0:
        raise ValueError(f"seed and index must be 0 or more. Received: {seed} and {index}.")
    rng = np.random.default_rng(np.random.SeedSequence((seed, index)))
    horizon = rng.uniform(86, 136)
    eye = rng.uniform(8, 17)
    sky = _sample_sky(rng, horizon)
    haze = rng.uniform(0.35, 0.8)
    ridges = _sample_ridges(rng, horizon)
    room = FRAME - horizon
    swells = tuple(
        hill_line(
            rng,
            horizon + room * (share + 0.02),
            room * rng.uniform(0.03, 0.09) * (1 + share),
            rng.uniform(0.5, 1.3),
        )
        for share in (0.02, rng.uniform(0.16, 0.3), rng.uniform(0.42, 0.66))
    )
    water = rng.choice(["lake", "river", "none"], p=[0.4, 0.22, 0.38])
    lake = lake_shores(rng, horizon) if water == "lake" else None
    river = None
    if water == "river":
        river = winding_course(rng, horizon, rng.uniform(18, 42), horizon + 0.06 * room)
    path = None
    if water == "none" and rng.random() < 0.65:
        path = winding_course(rng, horizon, rng.uniform(7, 13), horizon + 0.08 * room)
    fields = water != "lake" and rng.random() < 0.45
    bare = Place(
        seed, index, horizon, eye, haze, sky, ridges, swells, lake, river, path, fields,
        houses=(), trees=(), fence=rng.random() < 0.35,
    )  # fmt: skip
    return plant_trees(rng, set_houses(rng, bare))


def _sample_sky(rng: np.random.Generator, horizon: float) -> Sky:
    time = str(rng.choice(_TIMES, p=_TIME_WEIGHTS))
    height = rng.uniform(*_SUN_HEIGHTS[time])
    side = rng.choice([-1, 1])
    x = FRAME / 2 + side * rng.uniform(20, 115)
    clouds = str(rng.choice(["heaps", "streaks", "veil"], p=[0.55, 0.25, 0.2]))
    return Sky(time, (x, horizon * (1 - height)), clouds, rng.uniform(0.05, 0.8))


def _sample_ridges(rng: np.random.Generator, horizon: float) -> tuple[Ridge, ...]:
    ridges = []
    kind = rng.choice(["mountains", "hills", "plain"], p=[0.42, 0.4, 0.18])
    if kind == "mountains":
        count = rng.integers(1, 4)
        tallest = rng.uniform(0.35, 0.72) * horizon
        for number in range(count):
            height = tallest * (1 - 0.3 * number) * rng.uniform(0.8, 1)
            line = mountain_line(rng, horizon + 2, height)
            ridges.append(Ridge(line, 0.9 - 0.22 * number, "rock"))
    hills = {"mountains": 1, "hills": int(rng.integers(2, 5)), "plain": 1}[kind]
    for number in range(hills):
        share = (number + 1) / hills
        tallest = {"mountains": 0.2, "hills": 0.42, "plain": 0.1}[kind] * horizon
        height = tallest * (1.15 - 0.75 * share) * rng.uniform(0.7, 1.1)
        line = hill_line(rng, horizon + 3, max(5.0, height), rng.uniform(0.6, 1.8))
        cover = "forest" if rng.random() < 0.7 else "meadow"
        if cover == "forest":
            line = tree_tops(rng, line, 1.2 + 2.2 * share)
        ridges.append(Ridge(line, 0.75 - 0.45 * share, cover))
    return tuple(ridges)
