"""Edits as the evaluation makes them: encoded once, decoded per edit, kept as 8-bit images."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import tensorflow as tf

from stgan_tf.attributes import flip_attribute
from stgan_tf.evaluation.attribute_accuracy import intensity_vector
from stgan_tf.images import to_uint8_tensor
from stgan_tf.networks.label_rule import LabelRule

#: Edits computed at once: what one does on a single thread fills the other's gaps (at 64 px on 2
#: cores 10 to 20 % faster than one after another).
_AT_ONCE = 2

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def side_by_side(do: Callable[[_Task], _Result], tasks: Iterable[_Task]) -> Iterator[_Result]:
    """Yields do(task) for each task, in order; a few are worked on at the same time."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(do, tasks)


class Editor:
    """A generator behind the operations of the evaluation protocol.

    Args:
        generator: Has `encode(images, training)`, `shared_between_edits(features)` and
            `decode(features, labels, training, shared)`.
        names: The A attributes of its labels, in order.
        label_rule: What the generator is given.
    """

    def __init__(self, generator, names, label_rule: LabelRule):
        self.names = tuple(names)
        self.label_rule = label_rule

        @tf.function(reduce_retracing=True)
        def encode(images):
            features = generator.encode(images, training=False)
            return features, generator.shared_between_edits(features)

        @tf.function(reduce_retracing=True)
        def decode(encoded, labels):
            features, shared = encoded
            images = generator.decode(features, labels, training=False, shared=shared)
            return to_uint8_tensor(images), tf.reduce_all(tf.math.is_finite(images))

        self.encode = encode  # (B, H, W, 3) in [-1, 1] -> what the methods below call `encoded`
        self._decode = decode

    def reconstruct(self, encoded, source):
        """uint8 (B, H, W, 3): the zero difference; target models are given the source labels."""
        return self._decode_8_bit(encoded, source, source, 1.0)

    def flip(self, encoded, source, edited, intensity):
        """uint8 (B, H, W, 3): attribute `edited` inverted in every image (`flip_attribute`), its
        difference times `intensity`; `source` is (B, A) in {0, 1}.
        """
        target = flip_attribute(source, self.names, edited)
        vector = intensity_vector(self.names, edited, intensity)
        return self._decode_8_bit(encoded, source, target, vector)

    def _decode_8_bit(self, encoded, source, target, intensity):
        labels = self.label_rule(source, target, intensity)
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
        image_size, crop: How the images to judge are prepared; ValueError where the classifier
            was trained on others.
    """

    def __init__(self, classifier, names, image_size, crop):
        classifier.require_prepared_as(image_size, crop)
        columns = classifier.columns(names)
        model = classifier.model

        @tf.function(reduce_retracing=True)
        def seen(images):
            logits = model(tf.cast(images, tf.float32) / 127.5 - 1.0, training=False)
            return tf.gather(logits, columns, axis=1) > 0

        self._seen = seen

    def predict(self, images):
        """(B, A) bool: the attributes seen in uint8 images (B, H, W, 3)."""
        return self._seen(tf.constant(images)).numpy()
