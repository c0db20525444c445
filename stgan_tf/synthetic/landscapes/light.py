"""The light of a time of day and season, and colours under it."""

import functools
from dataclasses import dataclass

import numpy as np

from stgan_tf.synthetic.colour_arithmetic import Colour, channels
from stgan_tf.synthetic.landscapes.place import Place
from stgan_tf.synthetic.landscapes.seasons import Season


@dataclass(frozen=True)
class TimeOfDay:
    """sky: colours from the zenith to the horizon. sun: its glow. cloud: lit and shaded. light:
    factors on the colours of the land."""

    sky: tuple[Colour, Colour, Colour]
    sun: Colour
    cloud: tuple[Colour, Colour]
    light: tuple[float, float, float]


TIMES = {
    "noon": TimeOfDay(
        ("#4a8fd0", "#83b8e2", "#cfe3ef"), "#fffbe8", ("#ffffff", "#b9c4d0"), (1.0, 1.0, 1.0)
    ),
    "afternoon": TimeOfDay(
        ("#4f8ac4", "#93bbdb", "#e4e4d8"), "#fff3cf", ("#fffaf0", "#b5b9c4"), (1.02, 0.98, 0.92)
    ),
    "morning": TimeOfDay(
        ("#6a9cc8", "#b3c9d8", "#f5dfc6"), "#fff0cc", ("#fff4e6", "#b1b0bf"), (0.98, 0.93, 0.88)
    ),
    "evening": TimeOfDay(
        ("#4f6ea6", "#b894a6", "#f7b878"), "#ffdf9e", ("#ffd9b0", "#8f7f98"), (0.98, 0.8, 0.66)
    ),
    "dusk": TimeOfDay(
        ("#2c3d6e", "#7a6c98", "#e79a80"), "#ffc08a", ("#d99a94", "#565a80"), (0.62, 0.58, 0.68)
    ),
}


@dataclass(frozen=True)
class Light:
    """Arrays are float32 (3, 1, 1), RGB in [0, 255] or factors."""

    zenith: np.ndarray
    middle: np.ndarray
    horizon: np.ndarray
    sun: np.ndarray
    cloud: np.ndarray
    cloud_shade: np.ndarray
    land: np.ndarray
    haze: float

    def distant(self, image: np.ndarray, distance: float | np.ndarray) -> np.ndarray:
        """Lit colours as seen through the air: `distance` 0 here, 1 at the horizon."""
        amount = np.asarray(self.haze * distance, np.float32)
        return image + (self.air - image) * amount

    @functools.cached_property
    def _land_factors(self) -> list[float]:
        return self.land.ravel().tolist()

    @functools.cached_property
    def _air_channels(self) -> list[float]:
        return self.air.ravel().tolist()

    @functools.cached_property
    def air(self) -> np.ndarray:
        """What distance fades to."""
        return 0.65 * self.horizon + 0.35 * self.middle

    def paint(self, colour: Colour, distance: float, factor: float = 1.0) -> Colour:
        """A colour times `factor`, lit and seen through the air, for vector drawings."""
        # Hundreds of colours a drawing: without NumPy, whose calls would take longer.
        amount = self.haze * distance
        share = factor * (1 - amount)
        red, green, blue = channels(colour)
        red_land, green_land, blue_land = self._land_factors
        red_air, green_air, blue_air = self._air_channels
        red = min(max(round(red * red_land * share + red_air * amount), 0), 255)
        green = min(max(round(green * green_land * share + green_air * amount), 0), 255)
        blue = min(max(round(blue * blue_land * share + blue_air * amount), 0), 255)
        return f"#{red:02x}{green:02x}{blue:02x}"


def light_of(place: Place, season: Season) -> Light:
    """The light on a place in a season."""
    time = TIMES[place.sky.time]
    tint = factors(season.sky_tint)
    zenith, middle, horizon = (rgb(colour) * tint for colour in time.sky)
    # Clouds that cover the sky take its colour and the strength of the light.
    grey = 0.55 * max(0.0, place.sky.cover - 0.45)
    land = factors(time.light) * factors(season.light_tint)
    return Light(
        zenith=zenith + (zenith.mean() + 25 - zenith) * grey,
        middle=middle + (middle.mean() + 10 - middle) * grey,
        horizon=horizon + (horizon.mean() - horizon) * grey * 0.6,
        sun=rgb(time.sun),
        cloud=rgb(time.cloud[0]) * tint**0.5,
        cloud_shade=rgb(time.cloud[1]) * tint,
        land=land * (1 - 0.25 * grey),
        haze=place.haze,
    )


def rgb(colour: Colour) -> np.ndarray:
    """float32 (3, 1, 1) in [0, 255]."""
    return factors(channels(colour))


def factors(values: tuple[float, float, float]) -> np.ndarray:
    """float32 (3, 1, 1): one for each plane of an image."""
    return np.array(values, np.float32)[:, None, None]
