"""What a season changes: the colours of land, leaves, water and light, and where snow lies."""

from collections.abc import Sequence
from dataclasses import dataclass

from stgan_tf.options import ConfigError
from stgan_tf.synthetic.colour_arithmetic import Colour

Palette = tuple[Colour, ...]


@dataclass(frozen=True)
class Season:
    """Colours as seen at noon.

    number: of its random stream. meadow: from far to near. meadow_spots: mixed in by patches.
    woods: distant broadleaf woods, mixed by patches. rock, snow_line: of mountains; snow lies above
    that share of their height (1 and more: none). fields: what grows on them. needles: conifers,
    shade and light. leaves: one pair (shade, light) for each tone of a tree. leaf_cover: share of
    the leaves there are, in [0, 1]. blossom: on some trees. snow: how much of the ground is white,
    in [0, 1]. ice: whether water is frozen. water: near, deep. flowers: dots in the meadow.
    sky_tint, light_tint: factors on red, green and blue.
    """

    name: str
    number: int
    meadow: Palette
    meadow_spots: Palette
    woods: Palette
    rock: Palette
    snow_line: float
    fields: Palette
    needles: Palette
    leaves: tuple[tuple[Colour, Colour], ...]
    leaf_cover: float
    blossom: Palette
    snow: float
    ice: bool
    water: Colour
    path: Colour
    grass: Palette
    flowers: Palette
    sky_tint: tuple[float, float, float]
    light_tint: tuple[float, float, float]


_SPRING = Season(
    name="spring",
    number=0,
    meadow=("#9dbb6d", "#7cb648"),
    meadow_spots=("#a9cb5c", "#8fbf62"),
    woods=("#86a85c", "#a3b870", "#b49a84", "#6f9455"),
    rock=("#6f7078", "#a9a49d"),
    snow_line=0.5,
    fields=("#8a6b4c", "#94c256", "#79ab4a", "#a98a62", "#b7cf5e"),
    needles=("#2c5a3a", "#518a4f"),
    leaves=(
        ("#6c9c3e", "#a6d05c"),
        ("#7ba646", "#b9d86a"),
        ("#5f9447", "#94c863"),
        ("#8aa651", "#c6d97c"),
    ),
    leaf_cover=0.62,
    blossom=("#f7dfe6", "#fdf6f3", "#efb4c8"),
    snow=0.0,
    ice=False,
    water="#3f7188",
    path="#b59a77",
    grass=("#5f9a36", "#9ccc58"),
    flowers=("#fbf6e4", "#f6d84b", "#e79ac0", "#a88be0"),
    sky_tint=(1.0, 1.01, 1.0),
    light_tint=(1.0, 1.02, 0.97),
)
_SUMMER = Season(
    name="summer",
    number=1,
    meadow=("#7d9c50", "#568a34"),
    meadow_spots=("#a3a04c", "#4c7a2f"),
    woods=("#3f6b35", "#4f7c3c", "#35602f", "#5d8642"),
    rock=("#6b6a6e", "#b3a899"),
    snow_line=0.86,
    fields=("#e0bf58", "#6d9c3e", "#cfae4c", "#86a646", "#b9b656"),
    needles=("#1f4a2f", "#3d7440"),
    leaves=(
        ("#2f5f26", "#5c9838"),
        ("#38692a", "#6aa33f"),
        ("#29562a", "#4f8c3c"),
        ("#456f2a", "#7ea844"),
    ),
    leaf_cover=1.0,
    blossom=(),
    snow=0.0,
    ice=False,
    water="#2a6a8e",
    path="#c8ad7c",
    grass=("#3f7427", "#8aa843"),
    flowers=("#fdf3d0", "#e2503c", "#f2c531"),
    sky_tint=(0.97, 1.0, 1.04),
    light_tint=(1.05, 1.03, 0.94),
)
_AUTUMN = Season(
    name="autumn",
    number=2,
    meadow=("#b09a5c", "#9a8343"),
    meadow_spots=("#b98a45", "#85793a"),
    woods=("#b5652c", "#c98a34", "#8e4a2a", "#a9792f"),
    rock=("#6d666a", "#a89a8e"),
    snow_line=0.7,
    fields=("#7a5a40", "#bb9a55", "#8f6d48", "#a98949", "#93814a"),
    needles=("#26462f", "#4a6b3d"),
    leaves=(
        ("#a8481c", "#e08530"),
        ("#b97a1e", "#efbe45"),
        ("#8c2c1c", "#d0562c"),
        ("#8a6224", "#c99a3f"),
    ),
    leaf_cover=0.8,
    blossom=(),
    snow=0.0,
    ice=False,
    water="#4a6470",
    path="#a08160",
    grass=("#8c7434", "#c9ab5c"),
    flowers=("#d9792c", "#b8431f", "#e8b83c", "#8a5a2a"),
    sky_tint=(1.04, 1.0, 0.94),
    light_tint=(1.08, 0.99, 0.86),
)
_WINTER = Season(
    name="winter",
    number=3,
    meadow=("#e3e9f2", "#f3f6fb"),
    meadow_spots=("#cfd9e8", "#ffffff"),
    woods=("#8d8a8f", "#a7a4a8", "#77767d", "#c9ccd4"),
    rock=("#5f6472", "#9096a4"),
    snow_line=0.1,
    fields=("#eef2f8", "#dfe6f0", "#f6f8fc", "#d3dcea", "#e8edf5"),
    needles=("#28483f", "#476a5c"),
    leaves=(("#5b4c42", "#7d6c5f"),) * 4,
    leaf_cover=0.0,
    blossom=(),
    snow=1.0,
    ice=True,
    water="#a9c4d6",
    path="#cfd3da",
    grass=("#a79a7c", "#cbbf9f"),
    flowers=(),
    sky_tint=(0.97, 0.99, 1.03),
    light_tint=(0.95, 0.98, 1.05),
)

_BY_NAME = {season.name: season for season in (_SPRING, _SUMMER, _AUTUMN, _WINTER)}
#: The names, in the order of the year.
SEASONS = tuple(_BY_NAME)


def season_of(name: str) -> Season:
    """The season of that name. ValueError with the choices for any other."""
    if name not in _BY_NAME:
        raise ValueError(f"season must be one of {', '.join(SEASONS)}. Received: {name!r}.")
    return _BY_NAME[name]


def require_seasons(names: Sequence[str]) -> None:
    """ConfigError (a ValueError) unless these are two or more different seasons."""
    if len(names) < 2 or len(set(names)) < len(names) or not set(names) <= set(SEASONS):
        raise ConfigError(
            "seasons",
            f"must be two or more of {', '.join(SEASONS)}, each once. Received: "
            f"{', '.join(map(str, names)) or 'none'}.",
        )
