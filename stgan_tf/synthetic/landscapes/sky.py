"""Sky, sun and clouds."""

import numpy as np

from stgan_tf.synthetic.landscapes.grid import Grid, blend
from stgan_tf.synthetic.landscapes.light import Light
from stgan_tf.synthetic.landscapes.noise import fractal, noise_table, smooth_step
from stgan_tf.synthetic.landscapes.place import Place

#: name -> (width, height) of a cloud overhead, softness of its edge, strength.
CLOUD_SHAPES = {
    "heaps": (34.0, 20.0, 0.13, 0.96),
    "streaks": (95.0, 12.0, 0.3, 0.75),
    "veil": (120.0, 40.0, 0.5, 0.8),
}


def paint_sky(place: Place, light: Light, grid: Grid) -> np.ndarray:
    """float32 (3, size, size), down to the lower edge, RGB in [0, 255]."""
    sky, rows = grid.rows(0, place.horizon + 12)
    image = np.empty((3, grid.size, grid.size), np.float32)
    image[:] = light.horizon
    image[:, rows] = _sky(place, light, sky)
    return image


def _sky(place: Place, light: Light, grid: Grid) -> np.ndarray:
    up = np.clip(1 - grid.y / place.horizon, 0, 1)
    image = np.where(
        up < 0.4,
        light.horizon + (light.middle - light.horizon) * (up / 0.4),
        light.middle + (light.zenith - light.middle) * ((up - 0.4) / 0.6),
    )
    x, y = place.sky.sun
    distance = np.hypot(grid.x - x, grid.y - y)
    low = np.clip(1.2 - (place.horizon - y) / place.horizon, 0.25, 1)
    image = blend(image, light.sun, low * 0.75 * np.exp(-distance / (22 + 30 * low)))
    image = blend(image, light.sun, grid.inside(6.5 - distance) * 0.95)
    cover, lit = _clouds(place, grid)
    colour = light.cloud_shade + (light.cloud - light.cloud_shade) * lit
    glow = 0.4 * np.exp(-distance / 40)
    return blend(image, colour + (light.sun - colour) * glow, cover).astype(np.float32)


def _clouds(place: Place, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and brightness of the clouds, (size, size) in [0, 1]."""
    table = noise_table(place.stream(1))
    width, height, softness, strength = CLOUD_SHAPES[place.sky.clouds]
    # Clouds are a ceiling: the nearer the horizon, the flatter.
    down = np.clip(grid.y / place.horizon, 0, 1)
    v = -np.log(1.25 - down) * 60 / height
    u = (grid.x - 128) / width / (1.25 - down) ** 0.35

    def density(du: float, dv: float) -> np.ndarray:
        return fractal(table, u + du, v + dv, 4)

    threshold = 0.72 - 0.42 * place.sky.cover
    here = density(0, 0)
    cover = smooth_step(threshold, threshold + softness, here) * strength
    # Where it is denser towards the light than here, the cloud lies in its own shade.
    side = 0.12 if place.sky.sun[0] > 128 else -0.12
    lit = np.clip(0.62 + 3.2 * (here - density(side, -0.22)), 0, 1)
    fade = smooth_step(0, 0.12, 1 - down)
    return cover * (0.35 + 0.65 * fade), lit
