"""Path data of many small shapes at once, in coordinates short and quick to write."""

import functools
import math
from collections.abc import Iterable, Sequence

_Circle = tuple[float, float, float]

#: Largest radius in units of the frame -> corners that are enough.
_CORNERS = ((0.8, 5), (2.0, 8), (5.0, 12), (math.inf, 20))
#: Radii are rounded to this, so that few outlines are ever written.
_STEP = 0.05


def round_shapes(centres: Iterable[_Circle]) -> str:
    """The union (nonzero fill) of circles (x, y, radius), as polygons: arcs take resvg
    longer, and leaves are not round.
    """
    parts = []
    for x, y, radius in centres:
        size, outline = _outline(round(radius / _STEP))
        parts.append(f"M{x + size:.2f} {y:.2f}{outline}")
    return "".join(parts)


@functools.cache
def _outline(steps: int) -> tuple[float, str]:
    """Radius, and the way round from the right, relative to where it begins."""
    radius = max(1, steps) * _STEP
    count = next(corners for largest, corners in _CORNERS if radius <= largest)
    points = [
        (radius * math.cos(2 * math.pi * k / count), radius * math.sin(2 * math.pi * k / count))
        for k in range(count)
    ]
    moves = zip(points, points[1:], strict=False)
    return radius, "".join(f"l{bx - ax:.2f} {by - ay:.2f}" for (ax, ay), (bx, by) in moves) + "Z"


def lines(runs: Iterable[Sequence[tuple[float, float]]]) -> str:
    """Open lines, each through its points."""
    return "".join("M" + "L".join([f"{x:.2f} {y:.2f}" for x, y in points]) for points in runs)
