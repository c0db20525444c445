"""Hair styles as data, and the two contours that each of them gives.

A style is a band between an outer contour (the silhouette) and an inner one (the hairline and,
for long hair, the edge along the cheek). Both run from the left end over the top to the right
end with the same number of points, so that strands can be interpolated between them.
"""

import math
from dataclasses import dataclass

import numpy as np

from stgan_tf.synthetic.faces.appearance import Appearance


@dataclass(frozen=True)
class HairStyle:
    """Lengths in pixels."""

    top: float  # height above the skull
    side: float  # width beyond the temples
    end: float  # y where the sides end: 116 sideburns, 165 jaw, 205 shoulders
    hairline: str  # "round", "side" parting, "middle" parting, "back"
    texture: str = "straight"  # "straight", "wavy", "curly"
    extra: str = ""  # "ponytail", "bun"

    @property
    def is_long(self) -> bool:
        """Whether it falls beside the face and is seen behind the neck."""
        return self.end > 130


STYLES = {
    "crop": HairStyle(8, 1.5, 114, "round"),
    "side_part": HairStyle(10, 2, 116, "side"),
    "quiff": HairStyle(16, 1.0, 113, "back"),
    "buzz": HairStyle(3, 0.4, 110, "round"),
    "curly_short": HairStyle(11, 4, 112, "round", "curly"),
    "slick_back": HairStyle(6, 1.0, 114, "back"),
    "shaggy": HairStyle(12, 7, 128, "side", "wavy"),
    "afro": HairStyle(19, 19, 122, "round", "curly"),
    "long_straight": HairStyle(8, 6, 206, "middle"),
    "long_wavy": HairStyle(10, 8, 204, "side", "wavy"),
    "bob": HairStyle(9, 8, 164, "middle"),
    "curly_long": HairStyle(12, 13, 186, "middle", "curly"),
    "ponytail": HairStyle(7, 1.2, 114, "back", "straight", "ponytail"),
    "bun": HairStyle(6, 1.0, 114, "side", "straight", "bun"),
    "pixie": HairStyle(10, 3, 122, "side"),
    "side_swept": HairStyle(12, 7, 190, "side", "wavy"),
}

#: Points of a resampled contour.
SAMPLES = 41


def resample(points: list[tuple[float, float]], count: int = SAMPLES) -> np.ndarray:
    """(count, 2) points at equal steps along a Catmull-Rom curve through `points`."""
    knots = np.asarray(points, float)
    padded = np.concatenate([knots[:1], knots, knots[-1:]])
    dense = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        u = np.linspace(0, 1, 12, endpoint=False)[:, None]
        dense.append(
            p1
            + 0.5 * u * (p2 - p0)
            + u**2 * (p0 - 2.5 * p1 + 2 * p2 - 0.5 * p3)
            + u**3 * (-0.5 * p0 + 1.5 * p1 - 1.5 * p2 + 0.5 * p3)
        )
    curve = np.concatenate([*dense, knots[-1:]])
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    steps = np.linspace(0, length[-1], count)
    return np.stack([np.interp(steps, length, curve[:, axis]) for axis in (0, 1)], axis=1)


def _hairline(look: Appearance, kind: str) -> list[tuple[float, float]]:
    """From the left temple to the right one."""
    c, side = look.cheek_half_width, look.identity.hair_side
    if kind == "side":
        line = [(-c + 4.5, 94), (-c * 0.84, 79), (-c * 0.62, 71), (-c * 0.1, 66), (c * 0.28, 57),
                (c * 0.52, 64), (c * 0.8, 78), (c - 4.5, 94)]  # fmt: skip
        return line if side > 0 else [(-x, y) for x, y in reversed(line)]
    if kind == "middle":
        line = [(c * 0.06, 55), (c * 0.36, 64), (c * 0.66, 75), (c * 0.84, 87), (c - 4, 97)]
        return [(-x, y) for x, y in reversed(line)] + line
    if kind == "back":
        line = [(0, 63), (c * 0.4, 64), (c * 0.66, 67), (c * 0.78, 79), (c - 4, 95)]
    else:
        line = [(0, 67), (c * 0.4, 67), (c * 0.7, 71), (c * 0.83, 81), (c - 4, 95)]
    return [(-x, y) for x, y in reversed(line[1:])] + line


def contours(look: Appearance, style: HairStyle) -> tuple[np.ndarray, np.ndarray]:
    """Outer and inner contour, each (SAMPLES, 2), left to right over the top."""
    identity = look.identity
    c = look.cheek_half_width
    volume = identity.hair_volume
    top, beyond = style.top * volume, style.side * volume
    end = style.end + (identity.hair_length if style.is_long else 0)
    lift = 2.5 * identity.hair_side if style.hairline in ("side", "back") else 0.0
    right = [(c * 0.62 + beyond * 0.55, 49 - top * 0.72), (c * 0.92 + beyond * 0.9, 66),
             (c + beyond, 92)]  # fmt: skip
    inner_end: list[tuple[float, float]]
    if style.is_long:
        tuck = 6 if style.end < 170 else 0
        right += [(c + beyond + 2, 126), (c + beyond + 1 - tuck * 0.4, (126 + end) / 2),
                  (c + beyond - 3 - tuck, end)]  # fmt: skip
        inner_end = [(c - 2.5, 112), (c - 3.5, 132), (c - 7, (136 + end) / 2), (c - 15, end - 2)]
    else:
        right += [
            (c + 0.8 + beyond * 0.4, (92 + style.end) / 2),
            (c - 0.8 + beyond * 0.2, style.end),
        ]
        inner_end = [(c - 4.2, 104), (c - 3.6, style.end - 1)]
    left = [(-x, y) for x, y in reversed(right)]
    # The side away from the parting stands a little higher.
    outer = [
        *left,
        (-c * 0.12, 41.5 - top - lift * 0.2),
        (c * 0.2, 42.5 - top + lift * 0.2),
        *right,
    ]
    inner = [(-x, y) for x, y in reversed(inner_end)] + _hairline(look, style.hairline) + inner_end
    outer_samples, inner_samples = resample(outer), resample(inner)
    if style.texture == "wavy":
        phase = identity.random(7).uniform(0, 2 * math.pi)
        for samples, size in ((outer_samples, 2.6), (inner_samples, 1.3)):
            low = np.clip((samples[:, 1] - 84) / 30, 0, 1)
            wave = np.sin(samples[:, 1] / 6.0 + phase) * size * low
            samples[:, 0] += np.sign(samples[:, 0]) * wave
    return outer_samples, inner_samples


def parting_index(inner: np.ndarray, style: HairStyle) -> int:
    """The sample at which strands divide to the left and to the right."""
    if style.hairline in ("side", "middle"):
        return int(np.argmin(inner[:, 1]))
    return SAMPLES // 2
