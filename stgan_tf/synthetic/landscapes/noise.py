"""Smooth noise: a periodic table of random values, read between its points.

The table belongs to the place and coordinates are continuous, so the same place has the same noise
at any size of the image.
"""

import numpy as np

_SIDE = 64  # a power of two: indices wrap by a bit mask


def noise_table(rng: np.random.Generator) -> np.ndarray:
    """float32 (64, 64), uniform in [0, 1)."""
    return rng.random((_SIDE, _SIDE), np.float32)


def noise(table: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The table at (u, v), which broadcast; float32 in [0, 1], with period 64 in both.

    Between the points it is blended along a smooth step, so that no grid shows.
    """
    flat = table.ravel()
    left, top = np.floor(u), np.floor(v)
    a, b = (u - left).astype(np.float32), (v - top).astype(np.float32)
    a, b = a * a * (3 - 2 * a), b * b * (3 - 2 * b)
    column, row = left.astype(np.int64) & (_SIDE - 1), top.astype(np.int64) & (_SIDE - 1)
    right, below = (column + 1) & (_SIDE - 1), ((row + 1) & (_SIDE - 1)) * _SIDE
    row = row * _SIDE
    upper = flat[row + column] * (1 - a) + flat[row + right] * a
    lower = flat[below + column] * (1 - a) + flat[below + right] * a
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
