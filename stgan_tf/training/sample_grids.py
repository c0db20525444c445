"""Sample grids: the same few images edited at intervals, to show a run's progress."""

import numpy as np
import tensorflow as tf

from stgan_tf.attributes import BY_NAME, Exclusion, flip_attribute
from stgan_tf.images import tile_images, to_uint8
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.system import EditingNetwork


class SampleGrids:
    """Draws the source, the reconstruction and every single-attribute edit of `images`.

    Args:
        network: The editing network being trained.
        images: (B, H, W, 3) float32 in [-1, 1].
        attributes: (B, A) of {0, 1}.
        names: The A attribute names.
        label_rule: The run's label rule.
        exclusion: Which attributes are mutually exclusive.
    """

    def __init__(
        self,
        network: EditingNetwork,
        images,
        attributes,
        names,
        label_rule: LabelRule,
        exclusion: Exclusion = BY_NAME,
    ):
        self._images = tf.constant(images, tf.float32)
        source = np.asarray(attributes, np.float32)
        targets = [source] + [flip_attribute(source, names, name, exclusion) for name in names]
        self._labels = [label_rule(source, target) for target in targets]
        # Two graphs, so that the decoder is traced once and not once for each label.
        self._encode = tf.function(
            lambda images: network.encode(images, training=False), autograph=False
        )
        self._decode = tf.function(
            lambda encoded, label: network.decode(encoded, label, training=False), autograph=False
        )

    def draw(self) -> np.ndarray:
        """The grid as a uint8 image of shape (height, width, 3), one row per input image.

        The columns are the source, the reconstruction, and one edit per attribute in which it is
        inverted: removed if the image has it (kept if the attributes are one-hot), else added.
        """
        encoded = self._encode(self._images)
        edits = [self._decode(encoded, label) for label in self._labels]
        columns = [to_uint8(images.numpy()) for images in [self._images, *edits]]
        return tile_images([list(row) for row in zip(*columns, strict=True)])
