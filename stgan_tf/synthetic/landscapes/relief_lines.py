"""Skylines of mountains, hills and swells, and the lines of shores, rivers and paths."""

import numpy as np

from stgan_tf.synthetic.landscapes.place import (
    FRAME,
    KNOT_POSITIONS,
    KNOTS,
    Course,
    Lake,
    Line,
)


def mountain_line(rng: np.random.Generator, foot: float, height: float) -> Line:
    """Midpoint displacement: jagged, up to about `height` above `foot`."""
    roughness = rng.uniform(0.46, 0.54)
    heights = np.zeros(KNOTS)
    heights[[0, -1]] = rng.uniform(0.1, 0.8, 2)
    step, spread = KNOTS - 1, 0.55
    while step > 1:
        middles = np.arange(step // 2, KNOTS, step)
        heights[middles] = (heights[middles - step // 2] + heights[middles + step // 2]) / 2
        heights[middles] += rng.uniform(-spread, spread, len(middles))
        step, spread = step // 2, spread * roughness
    low, high = heights.min(), heights.max()
    return _line(foot - height * (0.12 + 0.88 * (heights - low) / (high - low)))


def hill_line(rng: np.random.Generator, foot: float, height: float, waves: float) -> Line:
    """Summed sines: round, between `foot` and `height` above it; `waves` across the frame."""
    x = KNOT_POSITIONS / FRAME * 2 * np.pi
    heights = np.zeros(KNOTS)
    for strength, faster in ((1, 1), (0.5, 2.1), (0.22, 4.3)):
        frequency = waves * faster * rng.uniform(0.8, 1.2)
        heights += strength * np.sin(x * frequency + rng.uniform(0, 2 * np.pi))
    low, high = heights.min(), heights.max()
    return _line(foot - height * (heights - low) / (high - low))


def tree_tops(rng: np.random.Generator, line: Line, height: float) -> Line:
    """The skyline of a wooded hill: crowns of up to `height` on top of it."""
    crowns = rng.uniform(0, 1, KNOTS) ** 1.5 * height
    return _line(np.array(line) - crowns)


def lake_shores(rng: np.random.Generator, horizon: float) -> Lake:
    """A lake that reaches both sides of the frame, one of them or none."""
    room = FRAME - horizon
    x = KNOT_POSITIONS / FRAME
    far_y = horizon + rng.uniform(0.05, 0.14) * room
    far = far_y + 0.012 * room * np.sin(x * rng.uniform(5, 12) + rng.uniform(0, 6))
    depth = rng.uniform(0.28, 0.62) * room
    middle = rng.choice([-0.1, 0.5, 1.1]) + rng.uniform(-0.15, 0.15)
    reach = rng.uniform(0.55, 0.85) + 0.35 * abs(middle - 0.5)
    bay = 1 - ((x - middle) / reach) ** 2
    bay += 0.1 * np.sin(x * rng.uniform(9, 16) + rng.uniform(0, 6))
    return Lake(_line(far), _line(far + depth * np.clip(bay, -0.2, 1.1)))


def winding_course(
    rng: np.random.Generator, horizon: float, half_width: float, from_y: float
) -> Course:
    """Winds from `from_y` to the lower edge, where it is `half_width` wide to each side."""
    y = KNOT_POSITIONS
    nearness = np.clip((y - horizon) / (FRAME - horizon), 0, 1)
    # Bends follow each other at equal distances on the ground: faster and smaller far away.
    along = np.log(nearness + 0.06)
    bends = np.sin(along * rng.uniform(2.2, 3.6) + rng.uniform(0, 2 * np.pi))
    start, end = rng.uniform(80, 176), rng.uniform(40, 216)
    middle = start + (end - start) * nearness + bends * (5 + 42 * nearness) * rng.uniform(0.6, 1)
    width = half_width * nearness * np.clip((y - from_y) / 3, 0, 1)
    return Course(_line(middle), _line(width))


def _line(values: np.ndarray) -> Line:
    return tuple(float(value) for value in values)
