"""A small SVG writer and its rasteriser.

Coordinates are units of the drawing's frame, x to the right and y down. resvg draws one element
in well under a millisecond, except for `opacity` on an element (it allocates a layer), for
gradients over large areas and for thousands of sub-pixel strokes. The writer therefore puts
transparency into fill-opacity and stroke-opacity, and callers join strands into one path.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

import numpy as np
from PIL import Image

from stgan_tf.frame import Size

Point = tuple[float, float]
#: (offset in [0, 1], "#rrggbb", opacity in [0, 1])
Stop = tuple[float, str, float]


def number(value: float) -> str:
    """Two decimals, no trailing zeros: short and the same on every platform."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def polyline(points: Sequence[Point], closed: bool = True) -> str:
    """Path data of straight lines through `points`."""
    # Here too one formatting call; numbers after the first two are lines' ends.
    template = "M" + "%.2f %.2f " * len(points)
    return template % tuple(chain.from_iterable(points)) + ("Z" if closed else "")


def joined(path: str) -> str:
    """The path continuing from wherever the one before it ended."""
    return "L" + path[1:]


def smooth(points: Sequence[Point], closed: bool = False) -> str:
    """Path data of a Catmull-Rom curve through `points` (at least two)."""
    # Most of a drawing's text comes from here: one formatting call for each curve.
    knots = [(float(x), float(y)) for x, y in points]
    knots = [knots[-1], *knots, *knots[:2]] if closed else [knots[0], *knots, knots[-1]]
    values = [*knots[1]]
    for (x0, y0), (x1, y1), (x2, y2), (x3, y3) in zip(
        knots, knots[1:], knots[2:], knots[3:], strict=False
    ):
        values += (
            x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6, x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6, x2, y2,
        )  # fmt: skip
    template = "M%.2f %.2f" + "C%.2f %.2f %.2f %.2f %.2f %.2f" * ((len(values) - 2) // 6)
    return template % tuple(values) + ("Z" if closed else "")


def circles(centres: Sequence[tuple[float, float, float]]) -> str:
    """Path data of the union (nonzero fill) of circles (x, y, radius)."""
    parts = []
    for x, y, radius in centres:
        r, d = number(radius), number(2 * radius)
        parts.append(f"M{number(x - radius)} {number(y)}a{r} {r} 0 1 1 {d} 0a{r} {r} 0 1 1 -{d} 0Z")
    return "".join(parts)


def mirrored(half: Sequence[Point]) -> list[Point]:
    """Closed outline of a shape symmetric about x = 0 from its right half, top to bottom."""
    return list(half) + [(-x, y) for x, y in reversed(half) if abs(x) > 1e-6]


class Drawing:
    """Collects SVG elements in painting order; `rasterise` turns them into pixels.

    frame: the size that coordinates are in. size: of the image in pixels; None: as the frame.
    """

    def __init__(self, frame: Size, size: Size | None = None) -> None:
        self._frame, self._size = frame, size or frame
        self._definitions: list[str] = []
        self._body: list[str] = []

    def _define(self, prefix: str, template: str) -> str:
        name = f"{prefix}{len(self._definitions)}"
        self._definitions.append(template.replace("ID", name, 1))
        return f"url(#{name})"

    def linear_gradient(self, start: Point, end: Point, stops: Sequence[Stop]) -> str:
        """Returns a paint usable as `fill`."""
        (x1, y1), (x2, y2) = start, end
        box = " ".join(
            f'{key}="{number(value)}"'
            for key, value in zip(("x1", "y1", "x2", "y2"), (x1, y1, x2, y2), strict=True)
        )
        return self._define(
            "l",
            f'<linearGradient id="ID" gradientUnits="userSpaceOnUse" {box}>{_stops(stops)}'
            "</linearGradient>",
        )

    def radial_gradient(self, centre: Point, radius: float, stops: Sequence[Stop]) -> str:
        """Returns a paint usable as `fill`."""
        x, y = centre
        return self._define(
            "r",
            f'<radialGradient id="ID" gradientUnits="userSpaceOnUse" cx="{number(x)}" '
            f'cy="{number(y)}" r="{number(radius)}">{_stops(stops)}</radialGradient>',
        )

    def fill(self, path: str, paint: str, opacity: float = 1.0) -> None:
        """Fills path data with a colour or a gradient."""
        self._body.append(f'<path d="{path}" fill="{paint}"{_opacity("fill", opacity)}/>')

    def stroke(self, path: str, paint: str, width: float, opacity: float = 1.0) -> None:
        """Strokes path data with round caps; width in units of the frame."""
        self._body.append(
            f'<path d="{path}" fill="none" stroke="{paint}" stroke-width="{number(width)}" '
            f'stroke-linecap="round" stroke-linejoin="round"{_opacity("stroke", opacity)}/>'
        )

    def ellipse(
        self, centre: Point, radii: Point, paint: str, opacity: float = 1.0, degrees: float = 0.0
    ) -> None:
        """Fills an ellipse turned by `degrees` (clockwise) about its own centre."""
        x, y = (number(v) for v in centre)
        turn = f' transform="rotate({number(degrees)} {x} {y})"' if degrees else ""
        self._body.append(
            f'<ellipse cx="{x}" cy="{y}" rx="{number(radii[0])}" ry="{number(radii[1])}" '
            f'fill="{paint}"{_opacity("fill", opacity)}{turn}/>'
        )

    def glow(self, centre: Point, radii: Point, colour: str, opacity: float) -> None:
        """A soft spot: `colour` fading to nothing at the rim of the ellipse."""
        x, y = centre
        rx, ry = radii
        paint = self._define(
            "r",
            f'<radialGradient id="ID">{_stops([(0, colour, opacity), (1, colour, 0)])}'
            "</radialGradient>",
        )
        self.ellipse((x, y), (rx, ry), paint)

    @contextmanager
    def clip(self, path: str) -> Iterator[None]:
        """Everything drawn inside shows only within the path."""
        reference = self._define("c", f'<clipPath id="ID"><path d="{path}"/></clipPath>')
        yield from self._group(f'clip-path="{reference}"')

    @contextmanager
    def blur(self, deviation: float) -> Iterator[None]:
        """Everything drawn inside is blurred by a Gaussian of `deviation` units."""
        reference = self._define(
            "b",
            '<filter id="ID" x="-40%" y="-40%" width="180%" height="180%">'
            f'<feGaussianBlur stdDeviation="{number(deviation)}"/></filter>',
        )
        yield from self._group(f'filter="{reference}"')

    @contextmanager
    def transformed(self, transform: str) -> Iterator[None]:
        """Everything drawn inside is moved by an SVG transform."""
        yield from self._group(f'transform="{transform}"')

    def _group(self, attribute: str) -> Iterator[None]:
        self._body.append(f"<g {attribute}>")
        yield
        self._body.append("</g>")

    def svg(self) -> str:
        """The document."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self._size.width}" '
            f'height="{self._size.height}" '
            f'viewBox="0 0 {self._frame.width} {self._frame.height}"><defs>'
            f"{''.join(self._definitions)}</defs>{''.join(self._body)}</svg>"
        )

    def rasterise(self) -> np.ndarray:
        """Returns uint8 (height, width, 4) of `size`: RGB and opacity."""
        import resvg_py  # of an extra; the commands that may draw start without it

        # Loading the system's fonts costs 70 ms a call and no text is drawn.
        png = resvg_py.svg_to_bytes(svg_string=self.svg(), skip_system_fonts=True)
        with Image.open(io.BytesIO(png)) as image:
            return np.asarray(image.convert("RGBA"))


def _opacity(kind: str, value: float) -> str:
    return f' {kind}-opacity="{number(value)}"' if value < 1 else ""


def _stops(stops: Sequence[Stop]) -> str:
    return "".join(
        f'<stop offset="{number(offset)}" stop-color="{colour}"'
        + (f' stop-opacity="{number(opacity)}"' if opacity < 1 else "")
        + "/>"
        for offset, colour, opacity in stops
    )
