"""Colour arithmetic on "#rrggbb" strings."""

import functools
from collections.abc import Sequence

Colour = str


@functools.cache
def channels(colour: Colour) -> tuple[int, int, int]:
    """Red, green, blue in 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """`first` at amount 0, `second` at 1, linear in sRGB between."""
    pairs = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * amount):02x}" for a, b in pairs)


def shade(colour: Colour, factor: float) -> Colour:
    """Multiplies the channels: factor in [0, 1] darkens."""
    return "#" + "".join(f"{min(255, round(c * factor)):02x}" for c in channels(colour))


def along(palette: Sequence[Colour], position: float) -> Colour:
    """The colour at `position` in [0, 1] of a palette read as a ramp."""
    scaled = min(max(position, 0.0), 1.0) * (len(palette) - 1)
    index = min(int(scaled), len(palette) - 2)
    return mix(palette[index], palette[index + 1], scaled - index)


def luminance(colour: Colour) -> float:
    """Rec. 601 luma in [0, 1]."""
    red, green, blue = channels(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
