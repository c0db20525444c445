"""Everything about a drawn landscape that is not its season.

Lengths are in units of a square frame of 256, x to the right and y down, whatever the size of the
image. Lines are given at KNOTS points, evenly spaced over the frame.
"""

import random
from dataclasses import dataclass

import numpy as np

FRAME = 256.0
KNOTS = 129
#: Where the points of a line are, along x or along y.
KNOT_POSITIONS = np.linspace(0, FRAME, KNOTS)

Line = tuple[float, ...]


@dataclass(frozen=True)
class Sky:
    """time: a key of `light.TIMES`. sun: (x, y). cover: share of clouds in [0, 1]. clouds: a key of
    `sky.CLOUD_SHAPES`."""

    time: str
    sun: tuple[float, float]
    clouds: str
    cover: float


@dataclass(frozen=True)
class Ridge:
    """A mountain or hill. line: y of its skyline along x. distance: 1 at the horizon, 0 here.
    kind: "rock", "forest" or "meadow"."""

    line: Line
    distance: float
    kind: str


@dataclass(frozen=True)
class Lake:
    """y of the far and of the near shore along x; where the near one is not below, is land."""

    far: Line
    near: Line


@dataclass(frozen=True)
class Course:
    """A river or a path: x of its middle and half its width along y; width 0: not there."""

    middle: Line
    half_width: Line


@dataclass(frozen=True)
class Tree:
    """foot: (x, y) on the ground. height in frame units. kind: "conifer", "broadleaf", "birch",
    "poplar" or "bush". tone in [0, 1]: which of its season's colours. number: its own stream."""

    foot: tuple[float, float]
    height: float
    kind: str
    tone: float
    number: int


@dataclass(frozen=True)
class House:
    """foot: (x, y) of the middle of its front. width: of the front. side: -1 or 1, where its long
    side shows. kind: "cottage", "barn" or "church". wall, roof: indices into the palettes."""

    foot: tuple[float, float]
    width: float
    side: int
    kind: str
    wall: int
    roof: int


@dataclass(frozen=True)
class Place:
    """A landscape without its season, from `sample_place`.

    horizon: y of the level of the eye. eye: its height above the ground in metres. ridges: behind
    the horizon, from far to near. swells: y of the skylines of the near ground, from far to near.
    fields: whether the ground is tilled. trees, houses: from far to near.
    """

    seed: int
    index: int
    horizon: float
    eye: float
    haze: float
    sky: Sky
    ridges: tuple[Ridge, ...]
    swells: tuple[Line, ...]
    lake: Lake | None
    river: Course | None
    path: Course | None
    fields: bool
    houses: tuple[House, ...]
    trees: tuple[Tree, ...]
    fence: bool

    def stream(self, purpose: int) -> np.random.Generator:
        """A stream of the place's own for `purpose`: the same in every season."""
        return np.random.default_rng(
            np.random.SeedSequence((self.seed, self.index), spawn_key=(0, purpose))
        )

    def season_stream(self, season: int, purpose: int) -> np.random.Generator:
        """A stream for what a season scatters (leaves, flowers); never asked about geometry."""
        return np.random.default_rng(
            np.random.SeedSequence((self.seed, self.index), spawn_key=(1, season, purpose))
        )

    def tree_stream(self, number: int) -> random.Random:
        """Tree `number`'s own stream; NumPy takes longer to start one than a tree to draw."""
        return random.Random(f"{self.seed} {self.index} tree {number}")

    def nearness(self, y: float) -> float:
        """How near ground at `y` is: 0 at the horizon, 1 at the lower edge."""
        return max(0.0, (y - self.horizon) / (FRAME - self.horizon))

    def units_per_metre(self, y: float) -> float:
        """Size of a metre that stands on the ground at `y`."""
        return max(0.0, y - self.horizon) / self.eye


def value_at(line: Line, position: float) -> float:
    """As `at`, for one position: NumPy's calls would take longer than the search for a place."""
    place = min(max(position, 0.0), FRAME) * ((KNOTS - 1) / FRAME)
    knot = min(int(place), KNOTS - 2)
    return line[knot] + (line[knot + 1] - line[knot]) * (place - knot)


def at(line: Line, position: np.ndarray | float) -> np.ndarray:
    """A line's values at positions in [0, 256], float32."""
    return np.interp(position, KNOT_POSITIONS, line).astype(np.float32)
