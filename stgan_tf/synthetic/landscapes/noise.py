"""Smooth noise: a periodic table of random values, read between its points.

The table belongs to the place and coordinates are continuous, so the same place has the same noise
at any size of the image.
"""

import numpy as np

_SIDE = 64  # a power of two: indices wrap by a bit mask


def noise_table(rng: np.random.Generator) -> np.ndarray:
    """float32 (65, 65), uniform in [0, 1); the last row and column are the first again."""
    return np.pad(rng.random((_SIDE, _SIDE), np.float32), (0, 1), mode="wrap")


def noise(table: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The table at (u, v), which broadcast; float32 in [0, 1], with period 64 in both.

    Between the points it is blended along a smooth step, so that no grid shows.
    """
    left, top = np.floor(u), np.floor(v)
    a, b = (u - left).astype(np.float32, copy=False), (v - top).astype(np.float32, copy=False)
    a, b = a * a * (3 - 2 * a), b * b * (3 - 2 * b)
    row, column = top.astype(np.int64) & (_SIDE - 1), left.astype(np.int64) & (_SIDE - 1)
    # The same places in tables that begin one column, one row, both further on: the neighbours.
    flat, below, place = table.ravel(), table[1:].ravel(), row * (_SIDE + 1) + column
    upper, lower = flat.take(place), below.take(place)
    upper += (flat[1:].take(place) - upper) * a
    lower += (below[1:].take(place) - lower) * a
    return upper + (lower - upper) * b


def fractal(table: np.ndarray, u: np.ndarray, v: np.ndarray, octaves: int) -> np.ndarray:
    """Sum of `octaves` of noise, each of half the scale and half the strength; in [0, 1]."""
    total, strength, weight = 0.0, 1.0, 0.0
    for octave in range(octaves):
        # The offset keeps the octaves' grids apart; 2.03 keeps them from meeting again.
        scale = 2.03**octave
        total = total + strength * noise(table, u * scale + 17.3 * octave, v * scale + 5.1 * octave)
        weight += strength
        strength /= 2
    return total / weight


def smooth_step(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
