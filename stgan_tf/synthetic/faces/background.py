"""What is behind the person: painted with numpy, as vector gradients over the whole frame would
take longer than the face."""

import numpy as np
from PIL import Image

from stgan_tf.frame import CELEBA_FRAME
from stgan_tf.synthetic.colour_arithmetic import channels
from stgan_tf.synthetic.faces.identity import Identity

#: Everything in the background is soft: it is painted small and enlarged.
_REDUCTION = 4


def paint_background(identity: Identity) -> np.ndarray:
    """Returns uint8 (218, 178, 3); independent of pose and attributes."""
    rng = identity.random(6)
    height, width = -(-CELEBA_FRAME.height // _REDUCTION), -(-CELEBA_FRAME.width // _REDUCTION)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) * _REDUCTION
    first = np.array(channels(identity.backdrop), np.float32)
    second = np.array(channels(identity.backdrop_second), np.float32)
    if identity.background == "plain":
        distance = np.hypot(x - 89 - 40 * identity.light, y - 80) / 170
        image = first * (1.12 - 0.45 * distance[..., None])
    else:
        angle = rng.uniform(-1, 1)
        ramp = ((x - 89) * np.sin(angle) + (y - 109) * np.cos(angle)) / 240 + 0.5
        image = first + (second - first) * np.clip(ramp, 0, 1)[..., None]
    if identity.background == "shapes":
        for _ in range(8):
            size = rng.uniform(12, 40)
            distance = np.hypot(x - rng.uniform(-10, 188), y - rng.uniform(-10, 200))
            image = _blend(image, np.clip((size - distance) / 7, 0, 1), rng)
    elif identity.background == "window":
        for _ in range(4):
            size = rng.uniform(8, 22)
            distance = np.abs(x - rng.uniform(0, 178) + (y - 109) * rng.uniform(-0.1, 0.1))
            image = _blend(image, np.clip((size - distance) / 6, 0, 1), rng)
    small = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    return np.asarray(small.resize(CELEBA_FRAME[::-1], Image.Resampling.BICUBIC))


def _blend(image: np.ndarray, coverage: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    tint = np.array(((255, 250, 240), (28, 32, 40), (231, 201, 138))[rng.integers(3)], np.float32)
    return image + (tint - image) * (coverage * rng.uniform(0.12, 0.34))[..., None]
