"""Edits as the evaluation makes them: encoded once, decoded per edit, kept as 8-bit images."""

import tensorflow as tf

from stgan_tf.attributes import flip_attribute
from stgan_tf.evaluation.attribute_accuracy import intensity_vector
from stgan_tf.images import to_float, to_uint8
from stgan_tf.networks.label_rule import LabelRule


class Editor:
    """A generator behind the operations of the evaluation protocol.

    Args:
        generator: Has `encode(images, training)` and `decode(features, labels, training)`.
        names: The A attributes of its labels, in order.
        label_rule: What the generator is given.
    """

    def __init__(self, generator, names, label_rule: LabelRule):
        self.names = tuple(names)
        self.label_rule = label_rule
        self.encode = tf.function(
            lambda images: generator.encode(images, training=False), reduce_retracing=True
        )
        self._decode = tf.function(
            lambda features, labels: generator.decode(features, labels, training=False),
            reduce_retracing=True,
        )

    def reconstruct(self, features, source):
        """uint8 (B, H, W, 3): the zero difference; target models are given the source labels."""
        return self._decode_8_bit(features, source, source, 1.0)

    def flip(self, features, source, edited, intensity):
        """uint8 (B, H, W, 3): attribute `edited` inverted in every image (`flip_attribute`), its
        difference times `intensity`; `source` is (B, A) in {0, 1}.
        """
        target = flip_attribute(source, self.names, edited)
        vector = intensity_vector(self.names, edited, intensity)
        return self._decode_8_bit(features, source, target, vector)

    def _decode_8_bit(self, features, source, target, intensity):
        labels = self.label_rule(source, target, intensity)
        return to_uint8(self._decode(features, tf.constant(labels, tf.float32)).numpy())


class Judge:
    """A classifier's answers on 8-bit images.

    Args:
        classifier: A `TrainedClassifier`; it may know more attributes than `names`.
        names: The A attributes asked for, in order. ValueError where one is unknown to it.
        image_size, crop: How the images to judge are prepared; ValueError where the classifier
            was trained on others.
    """

    def __init__(self, classifier, names, image_size, crop):
        classifier.require_prepared_as(image_size, crop)
        columns = classifier.columns(names)
        model = classifier.model
        self._logits = tf.function(
            lambda images: tf.gather(model(images, training=False), columns, axis=1),
            reduce_retracing=True,
        )

    def predict(self, images):
        """(B, A) bool: the attributes seen in uint8 images (B, H, W, 3)."""
        return self._logits(tf.constant(to_float(images))).numpy() > 0
