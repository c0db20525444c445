"""Attribute generation accuracy and preservation error: the paper's protocol, as counts.

In every image, each attribute i is flipped on its own (with conflict rules applied), and a
separately trained classifier predicts the attributes of the edited 8-bit image. The edit counts as
correct if pred[i] == target[i] (official att_classification/test.py; section 4.2 of the paper). The
script's "Err." is the preservation error: how often one of the other attributes is predicted
differently from its target. The *do-nothing baseline* is the same count on the unedited image, the
score of a generator that returns its input: one minus the classifier's own accuracy. One-hot
attributes (domains) cannot be removed, only exchanged: each is counted in the images that lack it,
and the means are over the attributes that have such images. Domains are also counted by direction:
summer to winter separately from winter to summer.
"""

import collections

import numpy as np

from stgan_tf.attributes import BY_NAME, Exclusion, flip_attribute
from stgan_tf.evaluation.directions import Directions


class AccuracyTally:
    """The counts for one row of results: the edits at one intensity, or the do-nothing baseline.

    Args:
        names: The A edited attributes, in the order of predictions and labels.
        exclusion: Which of them are mutually exclusive.
        directions: The directions of edits, if the attributes are domains.
    """

    def __init__(self, names, exclusion: Exclusion = BY_NAME, directions: Directions | None = None):
        self.names = tuple(names)
        self._exclusion = exclusion
        self._directions = directions
        self._led = collections.Counter()
        self._arrived = collections.Counter()
        count = len(self.names)
        self.images = np.zeros(count, np.int64)
        self.correct = np.zeros(count, np.int64)
        self.changed = np.zeros(count, np.int64)
        self.changed_official = np.zeros(count, np.int64)

    def add(self, edited, source, predicted):
        """Counts a batch in which attribute `edited` was flipped.

        Args:
            edited: Name of the flipped attribute.
            source: (B, A) in {0, 1}, the labels of the unedited images.
            predicted: (B, A) in {0, 1}, the classifier's predictions on the edited images.
        """
        source = np.asarray(source).astype(np.int64)
        predicted = np.asarray(predicted).astype(np.int64)
        if source.shape != predicted.shape or source.shape[1:] != (len(self.names),):
            raise ValueError(
                f"`source` and `predicted` must both be (B, {len(self.names)}). "
                f"Received: {source.shape} and {predicted.shape}."
            )
        target = flip_attribute(source, self.names, edited, self._exclusion)
        column = self.names.index(edited)
        if self._exclusion.one_hot:
            lacking = source[:, column] == 0
            source, target, predicted = source[lacking], target[lacking], predicted[lacking]
        if self._directions:
            there = predicted[:, column] == target[:, column]
            for labels, arrived in zip(source, there, strict=True):
                if direction := self._directions.of(edited, labels):
                    self._led[direction] += 1
                    self._arrived[direction] += int(arrived)
        self.images[column] += len(source)
        self.correct[column] += int(np.sum(predicted[:, column] == target[:, column]))
        others = np.arange(len(self.names)) != column
        self.changed[column] += int(np.sum(predicted[:, others] != target[:, others]))
        self.changed_official[column] += int(np.sum(predicted[:, others] != source[:, others]))

    def summary(self):
        """Returns fractions in [0, 1], as dicts of attribute -> fraction, and their means over
        attributes:

        * `accuracy`, `mean_accuracy`: the edits that the classifier recognises;
        * `preservation_error`, `mean_preservation_error`: other attributes predicted differently
          from their target, in which the conflict rules have already switched off conflicting
          attributes;
        * `mean_preservation_error_official`: the same against the source labels, as in the official
          script, which counts those switched-off attributes as errors;
        * `directions`, for domains only: {direction: {"images": count, "accuracy": fraction}}.
        """
        images = np.maximum(self.images, 1)
        comparisons = images * max(len(self.names) - 1, 1)
        accuracy = self.correct / images
        error = self.changed / comparisons
        official = self.changed_official / comparisons
        counted = np.ones(len(images), bool)
        if self._exclusion.one_hot and self.images.any():
            counted = self.images > 0
        summary = {
            "accuracy": dict(zip(self.names, accuracy.tolist(), strict=True)),
            "mean_accuracy": float(accuracy[counted].mean()),
            "preservation_error": dict(zip(self.names, error.tolist(), strict=True)),
            "mean_preservation_error": float(error[counted].mean()),
            "mean_preservation_error_official": float(official[counted].mean()),
        }
        if self._directions:
            summary["directions"] = {
                kind: {"images": images, "accuracy": self._arrived[kind] / images}
                for kind, images in sorted(self._led.items())
            }
        return summary
