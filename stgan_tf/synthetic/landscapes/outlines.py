"""Path data of many small shapes at once, in coordinates short and quick to write.

Text is most of what a drawing costs, in Python and in resvg, so each function formats all numbers
of a path in one call, and shapes have as few corners as their size needs.
"""

import functools
import math
from collections.abc import Iterable, Sequence

from stgan_tf.synthetic.vector_drawing import Point

_Circle = tuple[float, float, float]

#: Largest radius in units of the frame -> corners, so that an edge is within 0.3 of the circle.
_CORNERS = ((0.8, 4), (2.0, 6), (5.0, 9), (10.0, 13), (math.inf, 18))
#: Radii are rounded to this, so that few outlines are ever written.
_STEP = 0.05


def round_shapes(centres: Iterable[_Circle]) -> str:
    """The union (nonzero fill) of circles (x, y, radius), as polygons: arcs take resvg
    longer, and leaves are not round.
    """
    template, values = [], []
    for x, y, radius in centres:
        size, outline = _outline(round(radius / _STEP))
        template.append(outline)
        values += (x + size, y)
    return "".join(template) % tuple(values)


@functools.cache
def _outline(steps: int) -> tuple[float, str]:
    """Radius, and a template of the circle for its rightmost point."""
    radius = max(1, steps) * _STEP
    count = next(corners for largest, corners in _CORNERS if radius <= largest)
    # Of the circle's area, which a polygon inside it would not have.
    radius *= math.sqrt(2 * math.pi / count / math.sin(2 * math.pi / count))
    points = [
        (radius * math.cos(2 * math.pi * k / count), radius * math.sin(2 * math.pi * k / count))
        for k in range(count)
    ]
    moves = zip(points, points[1:], strict=False)
    return radius, "M%.1f %.1fl" + " ".join(
        _short(step) for (ax, ay), (bx, by) in moves for step in (bx - ax, by - ay)
    )


def _short(value: float) -> str:
    """Two decimals, without a zero before them."""
    text = f"{value:.2f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def tapering(runs: Iterable[Sequence[Point]], width: float) -> str:
    """Filled lines through two or three points each, `width` wide at the first, pointed at the
    last. resvg strokes lines thinner than a pixel several times more slowly.
    """
    template, values = [], []
    for run in runs:
        (x, y), (end_x, end_y) = run[0], run[-1]
        scale = 0.5 * width / (math.hypot(end_x - x, end_y - y) or 1.0)
        aside, down = (y - end_y) * scale, (end_x - x) * scale
        if len(run) == 2:
            template.append("M%.2f %.2fL%.2f %.2f %.2f %.2f")
            values += (x + aside, y + down, end_x, end_y, x - aside, y - down)
            continue
        bend_x, bend_y = run[1]
        template.append("M%.2f %.2fL%.2f %.2f %.2f %.2f %.2f %.2f %.2f %.2f")
        values += (
            x + aside, y + down, bend_x + 0.7 * aside, bend_y + 0.7 * down, end_x, end_y,
            bend_x - 0.7 * aside, bend_y - 0.7 * down, x - aside, y - down,
        )  # fmt: skip
    return "".join(template) % tuple(values)


def lines(runs: Iterable[Sequence[Point]]) -> str:
    """Open lines, each through its points."""
    return "".join("M" + "L".join([f"{x:.2f} {y:.2f}" for x, y in points]) for points in runs)
