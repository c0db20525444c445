"""The pixel arrays of photos: grey (H, W), grey and alpha (H, W, 2), RGB (H, W, 3) or RGBA (H, W,
4), uint8 or uint16.
"""

import numpy as np

#: One 8-bit step in 16-bit steps: 255 * 257 = 65535.
STEP_16 = 257
#: Weights of red, green and blue for greyscale (ITU-R 601, as in Pillow's mode L).
_GREY_WEIGHTS = np.array((0.299, 0.587, 0.114), np.float32)


def require_photo(image: np.ndarray) -> None:
    """Raises ValueError unless `image` is a valid pixel array of a photo."""
    image = np.asarray(image)
    shape_fits = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (2, 3, 4))
    if image.dtype not in (np.uint8, np.uint16) or not shape_fits or image.size == 0:
        raise ValueError(
            "A photo must be uint8 or uint16 of shape (H, W), or (H, W, 2), (H, W, 3) or (H, W, 4) "
            f"with at least one pixel. Received: {image.dtype} {image.shape}. read_photo reads any "
            "image file as one."
        )


def has_alpha(image: np.ndarray) -> bool:
    return image.ndim == 3 and image.shape[2] in (2, 4)


def has_colour(image: np.ndarray) -> bool:
    """Whether red, green and blue differ anywhere: a black-and-white photo may be stored as RGB."""
    if image.ndim == 2 or image.shape[2] == 2:
        return False
    red = image[..., 0]
    return any((red != image[..., channel]).any() for channel in (1, 2))


def to_grey(colours: np.ndarray) -> np.ndarray:
    """Colours (..., 3) -> float32 grey (...,)."""
    return colours @ _GREY_WEIGHTS


def to_8_bits(image: np.ndarray) -> np.ndarray:
    """uint8 unchanged; uint16 -> uint8, rounded, with 65535 mapped to 255."""
    if image.dtype == np.uint8:
        return image
    # (v + 128) // 257 rounds v / 257 without a float copy of the photo.
    return ((image.astype(np.uint32) + STEP_16 // 2) // STEP_16).astype(np.uint8)


def as_rgb(image: np.ndarray) -> np.ndarray:
    """A photo's pixels -> uint8 (H, W, 3): repeats grey, drops alpha, reduces 16 bits to 8."""
    require_photo(image)
    image = to_8_bits(image)
    if image.ndim == 2 or image.shape[2] == 2:
        return np.repeat(image.reshape(*image.shape[:2], -1)[..., :1], 3, axis=2)
    return image[..., :3]
