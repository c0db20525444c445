"""PSNR and SSIM as the paper computes them: scikit-image's defaults on 8-bit images.

The author's code (csmliu/STGAN#20, used for every comparison: #22) reads PNG files and calls
compare_psnr and compare_ssim(multichannel=True): a uniform 7x7 window per channel. tf.image.ssim
uses an 11x11 Gaussian window and gives different values.
"""

import dataclasses
import math

import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

DATA_RANGE = 255


def psnr(reference, image):
    """Peak signal-to-noise ratio in dB of two uint8 images (H, W, 3); inf if they are equal."""
    _check_pair(reference, image)
    if np.array_equal(reference, image):
        return math.inf
    return float(peak_signal_noise_ratio(reference, image, data_range=DATA_RANGE))


def decibels(mean_square_error, data_range, least_error):
    """The peak signal-to-noise ratio for a mean squared error, with errors clamped to at least
    `least_error` so that it is finite.
    """
    return float(10 * np.log10(data_range**2 / max(mean_square_error, least_error)))


def ssim(reference, image):
    """Structural similarity in [-1, 1] of two uint8 images (H, W, 3); H and W at least 7."""
    _check_pair(reference, image)
    return float(structural_similarity(reference, image, channel_axis=-1, data_range=DATA_RANGE))


def _check_pair(reference, image):
    for name, value in (("reference", reference), ("image", image)):
        if value.dtype != np.uint8 or value.ndim != 3:
            raise ValueError(
                f"`{name}` must be a uint8 image (H, W, C). "
                f"Received: {value.dtype} of shape {value.shape}."
            )
    if reference.shape != image.shape:
        raise ValueError(
            f"Both images must have the same shape. Received: {reference.shape} and {image.shape}."
        )


@dataclasses.dataclass
class SimilarityTally:
    """Running per-image means of PSNR and SSIM over batches of image pairs."""

    count: int = 0
    identical: int = 0
    psnr_sum: float = 0.0
    ssim_sum: float = 0.0

    def add(self, references, images):
        """Adds each pair of two uint8 batches (B, H, W, 3); returns their PSNRs, a list in dB."""
        values = []
        for reference, image in zip(references, images, strict=True):
            value = psnr(reference, image)
            values.append(value)
            self.count += 1
            self.ssim_sum += ssim(reference, image)
            if math.isinf(value):
                self.identical += 1
            else:
                self.psnr_sum += value
        return values

    def summary(self):
        """A dict: `psnr` in dB is the mean over the pairs that differ, None if there are none
        (identical pairs have an infinite PSNR and are counted in `identical_images`); `ssim` is the
        mean over all pairs.
        """
        different = self.count - self.identical
        return {
            "psnr": self.psnr_sum / different if different else None,
            "ssim": self.ssim_sum / self.count if self.count else None,
            "identical_images": self.identical,
        }
