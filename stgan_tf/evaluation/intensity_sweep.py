"""Accuracy and image change as functions of the edit's intensity."""

import math
from collections.abc import Sequence

from stgan_tf.attributes import BY_NAME, Exclusion
from stgan_tf.evaluation.attribute_accuracy import AccuracyTally
from stgan_tf.evaluation.image_metrics import psnr

SWEEP_INTENSITIES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)


class IntensitySweep:
    """Tallies the flips of each attribute at every intensity, for the first images of a pass.

    Args:
        names: The A edited attributes.
        images: The maximum number of images.
        intensities: Scales of the edited attribute's difference.
        exclusion: Which of the attributes are mutually exclusive.
    """

    def __init__(
        self,
        names,
        images: int,
        intensities: Sequence[float] = SWEEP_INTENSITIES,
        exclusion: Exclusion = BY_NAME,
    ):
        self.intensities = tuple(float(intensity) for intensity in intensities)
        self.images = 0
        self._most_images = images
        self._accuracies = {
            intensity: AccuracyTally(names, exclusion) for intensity in self.intensities
        }
        self._changes = {intensity: [] for intensity in self.intensities}

    def take(self, batch: int) -> int:
        """Returns how many of a batch's first images belong to the sweep, and counts them."""
        taken = min(batch, self._most_images - self.images)
        self.images += taken
        return taken

    def add(self, name, intensity, source, predicted, changes):
        """Counts the flips of one attribute: `source` (B, A) in {0, 1} are the labels, `predicted`
        (B, A) the classifier's predictions after the edit, `changes` the images' `changes_of`.
        """
        self._accuracies[intensity].add(name, source, predicted)
        self._changes[intensity] += changes

    def rows(self):
        """A list of dicts, one per intensity: `intensity`, `mean_accuracy` and
        `mean_preservation_error` (fractions), `accuracy` (by attribute), and `psnr_to_source`, the
        PSNR in dB of the edit against the unedited image: lower for stronger edits (None if no edit
        changed anything).
        """
        rows = []
        for intensity in self.intensities:
            summary = self._accuracies[intensity].summary()
            rows.append(
                {
                    "intensity": intensity,
                    "mean_accuracy": summary["mean_accuracy"],
                    "mean_preservation_error": summary["mean_preservation_error"],
                    "accuracy": summary["accuracy"],
                    "psnr_to_source": _finite_mean(self._changes[intensity]),
                }
            )
        return rows


def changes_of(unedited, edited):
    """The PSNR in dB of each pair of two uint8 batches (B, H, W, 3)."""
    return [psnr(*pair) for pair in zip(unedited, edited, strict=True)]


def _finite_mean(values):
    """The mean in dB over the edits that changed something; None if none did."""
    finite = [value for value in values if math.isfinite(value)]
    return sum(finite) / len(finite) if finite else None
