"""How close edits of drawn images are to the true edits, inside and outside the region to change.

These metrics are specific to this package: photos have no true edit. For one image and one
attribute, let X be the generator's 8-bit input, S the drawing it was made from (before JPEG), T the
same person drawn with the attribute flipped (for landscapes: the same place in the other season)
and E the generator's edit, all (H, W, 3) in 0..255.

    R        = pixels where max over channels |T - S| > 8: the region that a true edit changes
    psnr     = 10 log10(255^2 / MSE(E, T)); psnr_inside over R, psnr_outside over the other pixels
    ssim     = mean of scikit-image's SSIM map of (T, E); ssim_inside over R, ssim_outside elsewhere
    content  = mean of scikit-image's SSIM map of (X, E) outside R: how well the rest is kept
    leakage  = mean of |E - X| over pixels outside R, in grey levels: how much changed that
               should not have

A mean squared error below 1/12, the error of rounding to 8 bits, counts as 1/12 (58.9 dB). Images
with an empty R are left out and counted. Each metric is averaged over images, then over kinds of
edits: attributes, or for domains the directions (`Directions`). The do-nothing baseline, E = X, is
reported beside the edits.
"""

import collections
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
    "content",
    "leakage",
)
REGION_THRESHOLD = 8  # grey levels: above resizing errors, below any attribute's change
_LEAST_MSE = 1 / 12


def changed_region(drawing, true_edit):
    """(H, W) bool: R, from uint8 images (H, W, 3)."""
    difference = np.abs(drawing.astype(np.int16) - true_edit.astype(np.int16))
    return difference.max(axis=-1) > REGION_THRESHOLD


def compare_with_true_edit(edit, unedited, true_edit, region):
    """{metric: value} for one edit; `region` must be neither empty nor the whole image."""
    squared = np.square(edit.astype(np.float64) - true_edit)
    similarity, kept = (
        structural_similarity(other, edit, channel_axis=-1, data_range=255, full=True)[1]
        for other in (true_edit, unedited)
    )
    moved = np.abs(edit.astype(np.float64) - unedited)
    return {
        "psnr": decibels(squared.mean(), DATA_RANGE, _LEAST_MSE),
        "psnr_inside": decibels(squared[region].mean(), DATA_RANGE, _LEAST_MSE),
        "psnr_outside": decibels(squared[~region].mean(), DATA_RANGE, _LEAST_MSE),
        "ssim": float(similarity.mean()),
        "ssim_inside": float(similarity[region].mean()),
        "ssim_outside": float(similarity[~region].mean()),
        "content": float(kept[~region].mean()),
        "leakage": float(moved[~region].mean()),
    }


class TrueEditTally:
    """Running means of the metrics for each kind of edit."""

    def __init__(self):
        self._sums = {}
        self._counts = collections.Counter()
        self._without_region = collections.Counter()

    def add(self, kind, edit, unedited, drawing, true_edit):
        """Adds one edited image; all images are uint8 (H, W, 3). `kind` is the attribute's name, or
        for domains the direction.
        """
        region = changed_region(drawing, true_edit)
        if not region.any() or region.all():
            self._without_region[kind] += 1
            return
        self._counts[kind] += 1
        sums = self._sums.setdefault(kind, dict.fromkeys(MEASURES, 0.0))
        for measure, value in compare_with_true_edit(edit, unedited, true_edit, region).items():
            sums[measure] += value

    def summary(self):
        """A dict: `attributes`: {kind: {metric: mean}}; `mean`: {metric: mean over kinds};
        `without_region`: {kind: images left out}. Kinds without images are omitted.
        """
        attributes = {
            kind: {measure: total / self._counts[kind] for measure, total in sums.items()}
            for kind, sums in self._sums.items()
        }
        mean = {
            measure: float(np.mean([values[measure] for values in attributes.values()]))
            for measure in MEASURES
            if attributes
        }
        return {
            "attributes": attributes,
            "mean": mean,
            "without_region": dict(self._without_region),
        }


def measure_true_edits(editor, batches, drawn, intensities):
    """Compares edits of images with the true edits.

    Args:
        editor: A `ProtocolEdits`.
        batches: Dicts `images` (B, H, W, 3) float32 in [-1, 1] and `source_attributes` (B, A).
        drawn: The iterator from `TrueEdits.drawing` over all of these images.
        intensities: Scales of the edited attribute's difference.

    For domains, an edit from an image's domain to the same domain is not counted.

    Returns {"images": count, "do_nothing": summary, "edits": [{"intensity", **summary}]}.
    """
    baseline = TrueEditTally()
    tallies = {float(intensity): TrueEditTally() for intensity in intensities}
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
                kind = editor.kind_of(name, source[row])
                if kind is None:
                    continue
                baseline.add(kind, image, image, drawing, truth)
                for intensity, tally in tallies.items():
                    tally.add(kind, edited[name, intensity][row], image, drawing, truth)
    return {
        "images": count,
        "do_nothing": baseline.summary(),
        "edits": [
            {"intensity": intensity, **tally.summary()} for intensity, tally in tallies.items()
        ],
    }
