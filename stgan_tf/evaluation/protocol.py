"""Edits as the evaluation makes them: encoded once, decoded per edit, as 8-bit images."""

import numpy as np
import tensorflow as tf

from stgan_tf.attributes import BY_NAME, Exclusion
from stgan_tf.edits import flip_difference
from stgan_tf.evaluation.directions import Directions
from stgan_tf.images import to_uint8_tensor
from stgan_tf.systems.label_rule import LabelRule


class ProtocolEdits:
    """Wraps an editing network with the operations of the evaluation protocol.

    Args:
        network: A run's `EditingNetwork`.
        names: The A attributes of its labels, in order.
        label_rule: How the generator's labels are computed.
        exclusion: Which of the attributes are mutually exclusive.
        directions: The directions of edits, if the attributes are domains.
    """

    def __init__(
        self,
        network,
        names,
        label_rule: LabelRule,
        exclusion: Exclusion = BY_NAME,
        directions: Directions | None = None,
    ):
        self.names = tuple(names)
        self.directions = directions
        self.exclusion = exclusion
        self.label_rule = label_rule

        @tf.function(reduce_retracing=True, autograph=False)
        def encode(images):
            return network.encode(images, training=False)

        @tf.function(reduce_retracing=True, autograph=False)
        def decode(encoded, labels):
            images = network.decode(encoded, labels, training=False)
            return to_uint8_tensor(images), tf.reduce_all(tf.math.is_finite(images))

        self.encode = encode  # (B, H, W, 3) in [-1, 1] -> `encoded` of the methods below
        self._decode = decode

    def kind_of(self, edited, source):
        """The kind of edit that flipping attribute `edited` is in an image with the labels `source`
        (A,): the attribute, or for domains the direction; None if the domain does not change.
        """
        return self.directions.of(edited, source) if self.directions else edited

    def reconstruct(self, encoded, source):
        """uint8 (B, H, W, 3): the images decoded with a zero difference, or with the source labels
        as targets.
        """
        return self.decode(encoded, self.label_rule(source, source))

    def flip(self, encoded, source, edited, intensity):
        """uint8 (B, H, W, 3): the images with attribute `edited` inverted, as in the paper's
        protocol (`stgan_tf.edits.flip_difference`); `source` is (B, A) in {0, 1}.
        """
        return self.decode(encoded, self.flip_labels(source, edited, intensity))

    def flip_labels(self, source, edited, intensity, seen=None):
        """(B, A): the generator's labels for `flip`; or, if `seen` (B, A) in {0, 1} are a
        classifier's predictions, for the same edit requested by a user who does not know the
        labels.
        """
        needs_source = self.label_rule.mode != "difference"
        present = source if seen is None else seen
        return self.label_rule.of_difference(
            flip_difference(
                source, self.names, edited, needs_source, intensity, present, self.exclusion
            ),
            present,
        )

    def decode(self, encoded, labels):
        """uint8 (B, H, W, 3): the images decoded with `labels` (B, A). Raises ValueError for NaN or
        infinity.
        """
        images, finite = self._decode(encoded, tf.constant(labels, tf.float32))
        if not finite:
            raise ValueError(
                "The generator's images contain NaN or infinity: its weights are unusable. "
                "Evaluate an "
                "earlier checkpoint."
            )
        return images.numpy()


class ProtocolClassifier:
    """A classifier's predictions on the protocol's images.

    Args:
        classifier: A `TrainedClassifier`; it may know more attributes than `names`.
        names: The A attributes to predict, in order; ValueError if it does not know one.
        image_size, crop, crop_frame, resize: How the images are prepared; ValueError if the
            classifier was trained on images prepared differently.
        one_hot: Whether every image has exactly one of the attributes: the likeliest is predicted.
    """

    def __init__(
        self, classifier, names, image_size, crop, crop_frame=(), resize="", one_hot=False
    ):
        classifier.require_prepared_as(image_size, crop, crop_frame, resize)
        columns = classifier.columns(names)
        model = classifier.model

        @tf.function(reduce_retracing=True, autograph=False)
        def seen_in_floats(images):
            logits = tf.gather(model(images, training=False), columns, axis=1)
            if one_hot:
                return tf.one_hot(tf.argmax(logits, axis=1), len(columns), True, False)
            return logits > 0

        @tf.function(reduce_retracing=True, autograph=False)
        def seen(images):
            return seen_in_floats(tf.cast(images, tf.float32) / 127.5 - 1.0)

        self._seen, self._seen_in_floats = seen, seen_in_floats

    def seen_by_models(self, images):
        """(B, A) float32 in {0, 1}: the attributes predicted for images (B, H, W, 3) in [-1, 1], as
        a model's own classifier predicts them before editing.
        """
        return self._seen_in_floats(images).numpy().astype(np.float32)

    def predict(self, images):
        """(B, A) bool: the attributes predicted for uint8 images (B, H, W, 3)."""
        return self._seen(tf.constant(images)).numpy()
