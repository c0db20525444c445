"""Attribute generation accuracy and preservation error: the paper's protocol, as counts.

Each attribute i is flipped in every image on its own (conflict rules applied), the edited 8-bit
image is shown to a separately trained classifier, and only attribute i is asked for: it counts
where pred[i] == target[i] (official att_classification/test.py; section 4.2 of the paper).
The script's "Err." is the preservation error: how often one of the other attributes is predicted
differently from what it should be. The *do-nothing baseline* is the same count on the unedited
image, what a generator that returns its input scores: one minus the classifier's own accuracy.
One-hot attributes (domains) cannot be taken away, only changed for another: each is counted in the
images that lack it, and the means are of those that have such images.
"""

import numpy as np

from stgan_tf.attributes import BY_NAME, Exclusion, flip_attribute


class AccuracyTally:
    """Counts of one row of figures: the edits at one intensity, or the do-nothing baseline.

    Args:
        names: The A edited attributes; predictions and labels have their order.
        exclusion: Which of them exclude each other.
    """

    def __init__(self, names, exclusion: Exclusion = BY_NAME):
        self.names = tuple(names)
        self._exclusion = exclusion
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
            predicted: (B, A) in {0, 1}, the classifier's answer on the edited images.
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
        self.images[column] += len(source)
        self.correct[column] += int(np.sum(predicted[:, column] == target[:, column]))
        others = np.arange(len(self.names)) != column
        self.changed[column] += int(np.sum(predicted[:, others] != target[:, others]))
        self.changed_official[column] += int(np.sum(predicted[:, others] != source[:, others]))

    def summary(self):
        """Shares in [0, 1], each a dict of attribute -> share, and their means over attributes:

        * `accuracy`, `mean_accuracy`: edits that the classifier recognises;
        * `preservation_error`, `mean_preservation_error`: other attributes predicted unlike their
          target, in which the conflict rules already switched off what cannot stay;
        * `mean_preservation_error_official`: the same against the source labels as the official
          script counts it, where such switched-off attributes are errors.
        """
        images = np.maximum(self.images, 1)
        comparisons = images * max(len(self.names) - 1, 1)
        accuracy = self.correct / images
        error = self.changed / comparisons
        official = self.changed_official / comparisons
        counted = np.ones(len(images), bool)
        if self._exclusion.one_hot and self.images.any():
            counted = self.images > 0
        return {
            "accuracy": dict(zip(self.names, accuracy.tolist(), strict=True)),
            "mean_accuracy": float(accuracy[counted].mean()),
            "preservation_error": dict(zip(self.names, error.tolist(), strict=True)),
            "mean_preservation_error": float(error[counted].mean()),
            "mean_preservation_error_official": float(official[counted].mean()),
        }
