import math

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from stgan_tf.evaluation.image_metrics import SimilarityTally, psnr, ssim


def random_images(count=2, size=16, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), np.uint8)


def test_psnr_by_hand():
    black = np.zeros((8, 8, 3), np.uint8)
    # Mean squared error 25: 10 log10(255^2 / 25) = 34.1514.
    assert psnr(black, black + 5) == pytest.approx(20 * math.log10(255 / 5))
    assert psnr(black, black + 255) == pytest.approx(0)
    # One of the 192 values off by 12: mean squared error 144 / 192 = 0.75.
    dotted = black.copy()
    dotted[3, 4, 1] = 12
    assert psnr(black, dotted) == pytest.approx(10 * math.log10(65025 / 0.75))
    assert psnr(black, black) == math.inf


def test_psnr_does_not_wrap_around():
    """uint8 differences wrap: 0 - 255 must count as 255, not 1."""
    low, high = np.zeros((8, 8, 3), np.uint8), np.full((8, 8, 3), 250, np.uint8)
    assert psnr(low, high) == psnr(high, low) == pytest.approx(20 * math.log10(255 / 250))


def test_ssim_is_skimages_with_the_papers_defaults():
    first, second = random_images()
    expected = structural_similarity(
        first, second, win_size=7, channel_axis=-1, data_range=255, gaussian_weights=False
    )
    assert ssim(first, second) == expected
    assert ssim(first, first) == pytest.approx(1)


def test_tally_means_over_images_and_sets_identical_ones_apart():
    sources = random_images(3)
    images = random_images(3, seed=1)
    images[2] = sources[2]
    tally = SimilarityTally()
    tally.add(sources[:2], images[:2])
    tally.add(sources[2:], images[2:])
    summary = tally.summary()
    assert summary["identical_images"] == 1
    assert summary["psnr"] == pytest.approx(
        (psnr(sources[0], images[0]) + psnr(sources[1], images[1])) / 2
    )
    expected = np.mean([ssim(*pair) for pair in zip(sources, images, strict=True)])
    assert summary["ssim"] == pytest.approx(expected)


def test_wrong_inputs_are_named():
    image = random_images(1)[0]
    with pytest.raises(ValueError, match="`image` must be a uint8 image.*float32"):
        psnr(image, image.astype(np.float32))
    with pytest.raises(ValueError, match="the same shape"):
        ssim(image, image[:8])
