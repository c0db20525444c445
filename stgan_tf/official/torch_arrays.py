"""PyTorch's arrays in Keras' layouts (NHWC, kernels (h, w, in, out))."""

import numpy as np


def kernel(array: np.ndarray) -> np.ndarray:
    """Of Conv2d (out, in, h, w) or of ConvTranspose2d (in, out, h, w), whose Keras kernels are
    (h, w, in, out) and (h, w, out, in).
    """
    return np.transpose(array, (2, 3, 1, 0))


def flattened_kernel(array: np.ndarray) -> np.ndarray:
    """Of a Conv2d over a whole map (out, in, h, w), for a Dense layer on the flattened map."""
    return kernel(array).reshape(-1, array.shape[0])


def images(array: np.ndarray) -> np.ndarray:
    """(B, C, H, W) -> (B, H, W, C)."""
    return np.transpose(array, (0, 2, 3, 1))


def unchanged(array: np.ndarray) -> np.ndarray:
    return array
