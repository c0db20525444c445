"""Converts PyTorch's arrays to Keras' layouts (NHWC, kernels (h, w, in, out))."""

import numpy as np


def kernel(array: np.ndarray) -> np.ndarray:
    """A kernel of Conv2d (out, in, h, w) or ConvTranspose2d (in, out, h, w) in Keras' layout.

    That is (h, w, in, out) or (h, w, out, in).
    """
    return np.transpose(array, (2, 3, 1, 0))


def flattened_kernel(array: np.ndarray) -> np.ndarray:
    """The kernel (out, in, h, w) of a Conv2d over a whole map as that of a Dense layer.

    That is (h * w * in, out); the Dense layer takes the flattened map.
    """
    return kernel(array).reshape(-1, array.shape[0])


def images(array: np.ndarray) -> np.ndarray:
    """Converts images (B, C, H, W) to (B, H, W, C)."""
    return np.transpose(array, (0, 2, 3, 1))


def unchanged(array: np.ndarray) -> np.ndarray:
    """The array itself, for vectors such as biases."""
    return array
