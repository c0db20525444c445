"""Edits as the evaluation makes them: encoded once, decoded per edit, kept as 8-bit images."""

import numpy as np
import tensorflow as tf

from stgan_tf.attributes import BY_NAME, Exclusion
from stgan_tf.edits import flip_difference
from stgan_tf.images import to_uint8_tensor
from stgan_tf.systems.label_rule import LabelRule


class ProtocolEdits:
    """An editing network behind the operations of the evaluation protocol.

    Args:
        network: A run's `EditingNetwork`.
        names: The A attributes of its labels, in order.
        label_rule: What the generator is given.
        exclusion: Which of the attributes exclude each other.
    """

    def __init__(self, network, names, label_rule: LabelRule, exclusion: Exclusion = BY_NAME):
        self.names = tuple(names)
        self.exclusion = exclusion
        self.label_rule = label_rule

        @tf.function(reduce_retracing=True)
        def encode(images):
            return network.encode(images, training=False)

        @tf.function(reduce_retracing=True)
        def decode(encoded, labels):
            images = network.decode(encoded, labels, training=False)
            return to_uint8_tensor(images), tf.reduce_all(tf.math.is_finite(images))

        self.encode = encode  # (B, H, W, 3) in [-1, 1] -> what the methods below call `encoded`
        self._decode = decode

    def reconstruct(self, encoded, source):
        """uint8 (B, H, W, 3): the zero difference; target models are given the source labels."""
        return self.decode(encoded, self.label_rule(source, source))

    def flip(self, encoded, source, edited, intensity):
        """uint8 (B, H, W, 3): attribute `edited` inverted in every image, as the paper's protocol
        has it (`stgan_tf.edits.flip_difference`); `source` is (B, A) in {0, 1}.
        """
        return self.decode(encoded, self.flip_labels(source, edited, intensity))

    def flip_labels(self, source, edited, intensity, seen=None):
        """(B, A): what the generator is given for `flip`, or, where `seen` (B, A) in {0, 1} is what
        a classifier sees in the images, for the same wish of somebody who does not know the labels.
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
        """uint8 (B, H, W, 3) for what the generator is given, (B, A)."""
        images, finite = self._decode(encoded, tf.constant(labels, tf.float32))
        if not finite:
            raise ValueError(
                "The generator's images hold NaN or infinity: its weights are no use. Measure an "
                "earlier checkpoint."
            )
        return images.numpy()


class Judge:
    """A classifier's answers on 8-bit images.

    Args:
        classifier: A `TrainedClassifier`; it may know more attributes than `names`.
        names: The A attributes asked for, in order. ValueError where one is unknown to it.
        image_size, crop, crop_frame: How the images to judge are prepared; ValueError where the
            classifier was trained on others.
    """

    def __init__(self, classifier, names, image_size, crop, crop_frame=()):
        classifier.require_prepared_as(image_size, crop, crop_frame)
        columns = classifier.columns(names)
        model = classifier.model

        @tf.function(reduce_retracing=True)
        def seen_in_floats(images):
            return tf.gather(model(images, training=False), columns, axis=1) > 0

        @tf.function(reduce_retracing=True)
        def seen(images):
            return seen_in_floats(tf.cast(images, tf.float32) / 127.5 - 1.0)

        self._seen, self._seen_in_floats = seen, seen_in_floats

    def seen_by_models(self, images):
        """(B, A) float32 in {0, 1}: the attributes seen in images (B, H, W, 3) in [-1, 1], as a
        model's own classifier sees them before it edits.
        """
        return self._seen_in_floats(images).numpy().astype(np.float32)

    def predict(self, images):
        """(B, A) bool: the attributes seen in uint8 images (B, H, W, 3)."""
        return self._seen(tf.constant(images)).numpy()
