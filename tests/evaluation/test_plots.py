"""Figures show what they are given: found again in their pixels."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from stgan_tf.evaluation import plots

NAMES = ["Bald", "Mouth_Slightly_Open"]


def pixels_of(image, colour):
    return np.all(np.abs(image / 255.0 - to_rgb(colour)) < 0.01, axis=-1)


def row(*accuracy):
    return {
        "accuracy": dict(zip(NAMES, accuracy, strict=True)),
        "mean_accuracy": float(np.mean(accuracy)),
    }


def test_bars_are_as_long_as_their_values():
    measurements = {
        "attributes": NAMES,
        "edits": [{"intensity": 1.0, **row(0.25, 0.75)}],
        "baseline": row(0.0, 0.0),
    }
    image = plots.accuracy_bars(measurements)
    bars = pixels_of(image, plots._COLOURS[0])
    bars[: image.shape[0] // 12] = False  # the legend
    lengths = bars.sum(axis=0)
    found = [length for length in np.unique(lengths) if np.sum(lengths == length) > 50]
    lengths = np.asarray(found[-3:], float)
    np.testing.assert_allclose(lengths / lengths[-1], [1 / 3, 2 / 3, 1], atol=0.02)


def test_curves_and_trade_off_draw_every_point():
    rows = [
        {
            "intensity": x,
            "mean_accuracy": x / 3,
            "mean_preservation_error": 0.1,
            "psnr_to_source": None if x < 1 else 30 - x,
        }
        for x in (0.5, 1.0, 1.5)
    ]
    image = plots.intensity_curves(rows)
    assert image.dtype == np.uint8
    assert pixels_of(image, plots._COLOURS[1]).sum() > 100
    assert pixels_of(image, plots._BASELINE).sum() > 100

    points = [("A", 22.0, 0.7, "x"), ("B", 29.0, 0.3, "x"), ("C", 31.0, 0.8, "y")]
    image = plots.trade_off(points)
    first, second = (pixels_of(image, colour) for colour in plots._COLOURS[1:3])
    # C is upper right of both others.
    assert np.argwhere(second)[:, 1].min() > np.argwhere(first)[:, 1].max()
    assert np.argwhere(second)[:, 0].max() < np.argwhere(first)[:, 0].min()


@pytest.mark.parametrize("timed", [True, False])
def test_learning_curves_are_where_their_values_are(timed):
    def points(psnrs, accuracies):
        return [
            {
                "iteration": 100 * (1 + i),
                "minutes": 2.0 * (1 + i) if timed else None,
                "psnr": psnr,
                "edits": [{"intensity": 1.0, "mean_accuracy": accuracy}],
            }
            for i, (psnr, accuracy) in enumerate(zip(psnrs, accuracies, strict=True))
        ]

    runs = {"old": points((20, 25), (0.2, 0.4)), "new": points((30, None), (0.5, 0.9))}
    image = plots.learning_curves(runs)
    image[: image.shape[0] // 10] = 255  # the legend
    middle = image.shape[1] // 2
    old, new = (pixels_of(image, colour) for colour in (plots._COLOURS[1], plots._BASELINE))
    # The new run is above the old one on both sides; it has no second PSNR.
    for half in (np.s_[:, :middle], np.s_[:, middle:]):
        assert np.argwhere(new[half])[:, 0].max() < np.argwhere(old[half])[:, 0].min()
    assert np.ptp(np.argwhere(new[:, :middle])[:, 1]) < 10
    assert np.ptp(np.argwhere(new[:, middle:])[:, 1]) > 100
