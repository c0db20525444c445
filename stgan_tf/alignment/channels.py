"""Which pixel arrays a photo may be: uint8 grey (H, W), RGB (H, W, 3) or RGBA (H, W, 4)."""

import numpy as np


def require_photo(image: np.ndarray) -> None:
    """A ValueError that says what was received unless `image` is a photo's pixels."""
    image = np.asarray(image)
    shape_fits = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))
    if image.dtype != np.uint8 or not shape_fits or image.size == 0:
        raise ValueError(
            "A photo must be uint8 of shape (H, W), (H, W, 3) or (H, W, 4), with at least one "
            f"pixel. Received: {image.dtype} {image.shape}. read_photo makes one of any file."
        )


def as_rgb(image: np.ndarray) -> np.ndarray:
    """A photo's pixels -> uint8 (H, W, 3): grey three times, alpha left out."""
    require_photo(image)
    if image.ndim == 2:
        return np.repeat(image[..., None], 3, axis=2)
    return image[..., :3]
