"""Drawn pictures without a face: landscapes, textures, foliage, walls, things with round parts.

They are what a face finder gets wrong, and the same number draws the same picture everywhere.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage


def draw_scene(seed: int) -> np.ndarray:
    """uint8 (H, W, 3), 384x512 or 512x384; the kind is `KINDS[seed % len(KINDS)]`."""
    rng = np.random.default_rng(seed)
    height, width = (384, 512) if rng.random() < 0.5 else (512, 384)
    image = _KINDS[KINDS[seed % len(KINDS)]](rng, height, width)
    if rng.random() < 0.3:  # out of focus
        image = ndimage.gaussian_filter(image, (rng.uniform(0.5, 2),) * 2 + (0,))
    if rng.random() < 0.5:  # as a sensor sees it
        image = image + rng.normal(0, rng.uniform(1, 9), image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def _clouds(rng, height, width, exponent=1.0) -> np.ndarray:
    """(H, W) in [0, 1]: noise whose amplitude falls with frequency to the power of `exponent`."""
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = 1
    spectrum = np.fft.rfft2(rng.normal(size=(height, width))) / frequency**exponent
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, (height, width))
    return (field - field.min()) / (np.ptp(field) or 1)


def _colour(rng, low=0, high=255) -> np.ndarray:
    return rng.uniform(low, high, 3)


def _mixed(share, first, second) -> np.ndarray:
    """(H, W) in [0, 1] -> (H, W, 3) between two colours."""
    return share[..., None] * np.asarray(first) + (1 - share[..., None]) * np.asarray(second)


def _noise(rng, height, width):
    fields = [_clouds(rng, height, width, rng.uniform(0, 2.5)) for _ in range(3)]
    if rng.random() < 0.5:
        fields = [fields[0]] * 3
    return np.stack(fields, axis=-1) * 255


def _landscape(rng, height, width):
    horizon = rng.uniform(0.3, 0.7) * height
    sky = _mixed(_clouds(rng, height, width, 1.6), (255, 250, 240), _colour(rng, 60, 220))
    image, rows = sky, np.arange(height)[:, None]
    for layer in range(rng.integers(2, 6)):
        ridge = _clouds(rng, 1, 2 * width, rng.uniform(0.9, 1.6))[0, :width]
        level = horizon + layer * height * 0.12 - ridge * height * rng.uniform(0.1, 0.4)
        below = rows > level[None]
        ground = _mixed(
            _clouds(rng, height, width, rng.uniform(0.4, 1.5)), _colour(rng), (40, 50, 30)
        )
        image = np.where(below[..., None], ground, image)
    if rng.random() < 0.5:
        picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
        pen = ImageDraw.Draw(picture)
        for _ in range(rng.integers(1, 30)):
            _tree(pen, rng, width, height)
        image = np.asarray(picture, np.float64)
    return image


def _tree(pen, rng, width, height):
    x, y = rng.uniform(0, width), rng.uniform(0.5 * height, height)
    size = rng.uniform(0.03, 0.2) * height
    pen.rectangle((x - size / 12, y - size, x + size / 12, y), fill=(70, 50, 30))
    for _ in range(rng.integers(3, 25)):
        dx, dy, r = rng.normal(0, size / 3), rng.normal(0, size / 4), rng.uniform(0.1, 0.35) * size
        green = tuple(rng.integers((10, 50, 0), (90, 170, 70)).tolist())
        pen.ellipse((x + dx - r, y - size + dy - r, x + dx + r, y - size + dy + r), fill=green)


def _foliage(rng, height, width):
    picture = Image.new("RGB", (width, height), tuple(rng.integers(0, 60, 3).tolist()))
    pen = ImageDraw.Draw(picture)
    size = rng.uniform(6, 40)
    base = _colour(rng, 30, 180)
    for _ in range(int(min(3000, 4 * height * width / size**2))):
        x, y, turn = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0, 2 * np.pi)
        along = np.array((np.cos(turn), np.sin(turn))) * size * rng.uniform(0.6, 1.4)
        aside = np.array((-along[1], along[0])) * rng.uniform(0.15, 0.5)
        middle = np.array((x, y))
        leaf = [middle - along, middle + aside, middle + along, middle - aside]
        colour = np.clip(base * rng.uniform(0.3, 1.4) + rng.normal(0, 12, 3), 0, 255)
        pen.polygon([tuple(point) for point in leaf], fill=tuple(colour.astype(int).tolist()))
    return np.asarray(picture, np.float64)


def _stripes(rng, height, width):
    rows, columns = np.mgrid[:height, :width]
    share = np.zeros((height, width))
    for _ in range(rng.integers(1, 4)):
        turn, period = rng.uniform(0, np.pi), rng.uniform(6, 90)
        wave = np.sin(2 * np.pi * (columns * np.cos(turn) + rows * np.sin(turn)) / period)
        share += np.tanh(wave * rng.uniform(0.5, 8))
    warp = _clouds(rng, height, width, 1.5) * rng.uniform(0, 1)
    return _mixed(np.clip(share / 4 + 0.5 * warp + 0.25, 0, 1), _colour(rng), _colour(rng))


def _grain(rng, height, width):
    """Wood: rings of a stretched noise."""
    field = _clouds(rng, height, width, rng.uniform(1.3, 2))
    rings = 0.5 + 0.5 * np.sin(field * rng.uniform(30, 160))
    fine = _clouds(rng, height, 1, 0.6) * np.ones((1, width))
    return _mixed(0.7 * rings + 0.3 * fine, _colour(rng, 120, 240), _colour(rng, 20, 120))


def _stones(rng, height, width):
    points = rng.uniform((0, 0), (height, width), (rng.integers(20, 400), 2))
    seeds = np.ones((height, width), bool)
    seeds[tuple(points.astype(int).T)] = False
    distance, (rows, _) = ndimage.distance_transform_edt(seeds, return_indices=True)
    columns = ndimage.distance_transform_edt(seeds, return_distances=False, return_indices=True)[1]
    shades = rng.uniform(60, 220, (height, width, 3))
    image = shades[rows, columns] * (1 - 0.5 * distance / distance.max())[..., None]
    return image * (0.6 + 0.4 * _clouds(rng, height, width, 0.8)[..., None])


def _facade(rng, height, width):
    picture = Image.new("RGB", (width, height), tuple(rng.integers(90, 230, 3).tolist()))
    pen = ImageDraw.Draw(picture)
    across, down = rng.uniform(30, 140, 2)
    frame, glass = (tuple(rng.integers(0, 255, 3).tolist()) for _ in range(2))
    for y in np.arange(rng.uniform(0, down), height, down):
        for x in np.arange(rng.uniform(0, 5), width, across):
            box = (x, y, x + 0.6 * across, y + 0.65 * down)
            draw = pen.ellipse if rng.random() < 0.05 else pen.rectangle
            draw(box, fill=glass, outline=frame, width=3)
            pen.line((x + 0.3 * across, y, x + 0.3 * across, y + 0.65 * down), fill=frame, width=2)
    return np.asarray(picture, np.float64) * (0.7 + 0.3 * _clouds(rng, height, width)[..., None])


def _round_things(rng, height, width):
    """Dots, buttons, fruit, lights: two beside each other look at you."""
    ground = _mixed(_clouds(rng, height, width, 1.2), _colour(rng), _colour(rng))
    picture = Image.fromarray(ground.astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.integers(5, 120)):
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(3, 60)
        tall = r * rng.uniform(0.6, 1.6)
        for share in (1, rng.uniform(0.2, 0.8)):
            fill = tuple(rng.integers(0, 255, 3).tolist())
            pen.ellipse((x - r * share, y - tall * share, x + r * share, y + tall * share), fill)
    return np.asarray(picture, np.float64)


def _marks(rng, height, width):
    """Short strokes and arcs, as in writing or scratches."""
    picture = Image.new("RGB", (width, height), tuple(rng.integers(0, 255, 3).tolist()))
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.integers(40, 500)):
        x, y, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(4, 50)
        fill, thick = tuple(rng.integers(0, 255, 3).tolist()), int(rng.integers(1, 7))
        if rng.random() < 0.5:
            start = rng.uniform(0, 360)
            box = (x, y, x + size, y + size * rng.uniform(0.3, 1))
            pen.arc(box, start, start + rng.uniform(40, 300), fill, thick)
        else:
            pen.line((x, y, *(np.array((x, y)) + rng.normal(0, size, 2))), fill, thick)
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 2))), np.float64)


def _water(rng, height, width):
    rows = np.arange(height)[:, None]
    field = _clouds(rng, 2 * height, width // 4 + 1, rng.uniform(0.9, 1.6))
    stretched = ndimage.zoom(field[:height], (1, width / field.shape[1]), order=1)[:, :width]
    glitter = np.sin(stretched * rng.uniform(20, 90) + rows * rng.uniform(0.01, 0.4))
    return _mixed(0.5 + 0.5 * glitter, _colour(rng, 120, 255), _colour(rng, 0, 130))


_KINDS: dict[str, Callable] = {
    "landscape": _landscape,
    "noise": _noise,
    "foliage": _foliage,
    "stripes": _stripes,
    "grain": _grain,
    "stones": _stones,
    "facade": _facade,
    "round things": _round_things,
    "marks": _marks,
    "water": _water,
}
KINDS = tuple(_KINDS)
