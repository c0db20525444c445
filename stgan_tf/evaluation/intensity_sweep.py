"""Accuracy and change of the image against the intensity of the edit."""

import itertools
import math

from stgan_tf.evaluation.attribute_accuracy import AccuracyTally
from stgan_tf.evaluation.editing import side_by_side
from stgan_tf.evaluation.image_metrics import psnr
from stgan_tf.images import to_uint8

SWEEP_INTENSITIES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)


def sweep_intensity(editor, judge, batches, intensities=SWEEP_INTENSITIES):
    """Flips each attribute of each image at every intensity.

    Args:
        editor, judge: `Editor` and `Judge`.
        batches: Dicts `images` (B, H, W, 3) float32 in [-1, 1] and `source_attributes` (B, A).

    Returns a list of dicts, one for each intensity: `intensity`, `mean_accuracy` and
    `mean_preservation_error` (shares), `accuracy` (by attribute), and `psnr_to_source` in dB, of
    the edit against the unedited image: the stronger an edit, the lower (None where no edit
    changed anything).
    """
    accuracies = {intensity: AccuracyTally(editor.names) for intensity in intensities}
    changes = {intensity: [] for intensity in intensities}
    for batch in batches:
        source = batch["source_attributes"].numpy()
        unedited = to_uint8(batch["images"].numpy())
        features = editor.encode(batch["images"])

        def measured(edit, features=features, source=source, unedited=unedited):
            edited = editor.flip(features, source, *edit)
            change = [psnr(*pair) for pair in zip(unedited, edited, strict=True)]
            return judge.predict(edited), change

        edits = list(itertools.product(editor.names, intensities))
        results = side_by_side(measured, edits)
        for (name, intensity), (predicted, change) in zip(edits, results, strict=True):
            accuracies[intensity].add(name, source, predicted)
            changes[intensity] += change
    rows = []
    for intensity in intensities:
        summary = accuracies[intensity].summary()
        rows.append(
            {
                "intensity": float(intensity),
                "mean_accuracy": summary["mean_accuracy"],
                "mean_preservation_error": summary["mean_preservation_error"],
                "accuracy": summary["accuracy"],
                "psnr_to_source": _finite_mean(changes[intensity]),
            }
        )
    return rows


def _finite_mean(values):
    """Mean in dB over the edits that changed something; None where none did."""
    finite = [value for value in values if math.isfinite(value)]
    return sum(finite) / len(finite) if finite else None
