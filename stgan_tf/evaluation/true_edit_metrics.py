"""How near edits of drawn faces come to the true ones, inside and outside the region to change.

These measures are this package's own: photos have no true edit. For one image and one attribute let
X be the 8-bit image the generator was given, S the drawing it was made from (before JPEG), T the
same person drawn with the attribute flipped and E the generator's edit, all (H, W, 3) in 0..255.

    R        = pixels where max over channels |T - S| > 8: what the edit truly changes
    psnr     = 10 log10(255^2 / MSE(E, T)); psnr_inside over R, psnr_outside over the other pixels
    ssim     = mean of scikit-image's SSIM map of (T, E); ssim_inside over R, ssim_outside elsewhere
    leakage  = mean of |E - X| over pixels outside R, in grey levels: how much of the person and
               the background moved that should not have

A mean squared error below 1/12, what rounding to 8 bits alone leaves, counts as 1/12 (58.9 dB).
Images whose R is empty are left out and counted. Each measure is averaged over images, then over
attributes. Beside the edits stands the do-nothing baseline, E = X.
"""

import itertools

import numpy as np
from skimage.metrics import structural_similarity

from stgan_tf.evaluation.concurrency import concurrently
from stgan_tf.evaluation.image_metrics import DATA_RANGE, decibels
from stgan_tf.images import to_uint8

MEASURES = (
    "psnr",
    "psnr_inside",
    "psnr_outside",
    "ssim",
    "ssim_inside",
    "ssim_outside",
    "leakage",
)
REGION_THRESHOLD = 8  # grey levels: above what resizing leaves, below any attribute's paint
_LEAST_MSE = 1 / 12


def changed_region(drawing, true_edit):
    """(H, W) bool: R, from uint8 images (H, W, 3)."""
    difference = np.abs(drawing.astype(np.int16) - true_edit.astype(np.int16))
    return difference.max(axis=-1) > REGION_THRESHOLD


def compare_with_true_edit(edit, unedited, true_edit, region):
    """{measure: value} of one edit; `region` must be neither empty nor everything."""
    squared = np.square(edit.astype(np.float64) - true_edit)
    similarity = structural_similarity(true_edit, edit, channel_axis=-1, data_range=255, full=True)[
        1
    ]
    moved = np.abs(edit.astype(np.float64) - unedited)
    return {
        "psnr": decibels(squared.mean(), DATA_RANGE, _LEAST_MSE),
        "psnr_inside": decibels(squared[region].mean(), DATA_RANGE, _LEAST_MSE),
        "psnr_outside": decibels(squared[~region].mean(), DATA_RANGE, _LEAST_MSE),
        "ssim": float(similarity.mean()),
        "ssim_inside": float(similarity[region].mean()),
        "ssim_outside": float(similarity[~region].mean()),
        "leakage": float(moved[~region].mean()),
    }


class TrueEditTally:
    """Running means of the measures for each attribute.

    Args:
        names: The A edited attributes.
    """

    def __init__(self, names):
        self.names = tuple(names)
        self._sums = {name: dict.fromkeys(MEASURES, 0.0) for name in self.names}
        self._counts = dict.fromkeys(self.names, 0)
        self._without_region = dict.fromkeys(self.names, 0)

    def add(self, name, edit, unedited, drawing, true_edit):
        """Counts one image in which attribute `name` was flipped; all uint8 (H, W, 3)."""
        region = changed_region(drawing, true_edit)
        if not region.any() or region.all():
            self._without_region[name] += 1
            return
        self._counts[name] += 1
        for measure, value in compare_with_true_edit(edit, unedited, true_edit, region).items():
            self._sums[name][measure] += value

    def summary(self):
        """`attributes`: {name: {measure: mean}}; `mean`: {measure: mean over attributes};
        `without_region`: {name: images left out}. Attributes without any image are left out.
        """
        attributes = {
            name: {measure: total / self._counts[name] for measure, total in sums.items()}
            for name, sums in self._sums.items()
            if self._counts[name]
        }
        mean = {
            measure: float(np.mean([values[measure] for values in attributes.values()]))
            for measure in MEASURES
            if attributes
        }
        return {
            "attributes": attributes,
            "mean": mean,
            "without_region": {name: n for name, n in self._without_region.items() if n},
        }


def measure_true_edits(editor, batches, drawn, intensities):
    """Edits of images against the true ones.

    Args:
        editor: A `ProtocolEdits`.
        batches: Dicts `images` (B, H, W, 3) float32 in [-1, 1] and `source_attributes` (B, A).
        drawn: What `TrueEdits.drawing` of all of them gives.
        intensities: Scales of the edited attribute's difference.

    Returns {"images": how many, "do_nothing": summary, "edits": [{"intensity", **summary}]}.
    """
    baseline = TrueEditTally(editor.names)
    tallies = {float(intensity): TrueEditTally(editor.names) for intensity in intensities}
    edits = list(itertools.product(editor.names, tallies))
    count = 0
    for batch in batches:
        source = batch["source_attributes"].numpy()
        unedited = to_uint8(batch["images"].numpy())
        encoded = editor.encode(batch["images"])

        def flipped(edit, encoded=encoded, source=source):
            return editor.flip(encoded, source, *edit)

        edited = dict(zip(edits, concurrently(flipped, edits), strict=True))
        for row, image in enumerate(unedited):
            count += 1
            drawing, truths = next(drawn)
            for name, truth in zip(editor.names, truths, strict=True):
                baseline.add(name, image, image, drawing, truth)
                for intensity, tally in tallies.items():
                    tally.add(name, edited[name, intensity][row], image, drawing, truth)
    return {
        "images": count,
        "do_nothing": baseline.summary(),
        "edits": [
            {"intensity": intensity, **tally.summary()} for intensity, tally in tallies.items()
        ],
    }
