"""Sample grids: the same few faces edited at intervals, so that progress can be seen."""

import numpy as np
import tensorflow as tf

from stgan_tf.attributes import BY_NAME, Exclusion, flip_attribute
from stgan_tf.images import tile_images, to_uint8
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.system import EditingNetwork


class SampleGrids:
    """Draws source, reconstruction and every single-attribute edit of `images`.

    Args:
        network: The editing network being trained.
        images: (B, H, W, 3) float32 in [-1, 1].
        attributes: (B, A) of {0, 1}.
        names: The A attribute names.
        label_rule: The run's.
        exclusion: Which of the attributes exclude each other.
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
        self._labels = tf.stack([label_rule(source, target) for target in targets])

        @tf.function
        def edit_all():
            encoded = network.encode(self._images, training=False)
            labels = tf.unstack(self._labels)
            return tf.stack([network.decode(encoded, label, training=False) for label in labels])

        self._edit_all = edit_all

    def draw(self) -> np.ndarray:
        """uint8 picture: a row an image; columns source, reconstruction, then the attributes in
        order, each inverted (removed where the face has it, kept where they are one-hot).
        """
        columns = [to_uint8(self._images.numpy()), *to_uint8(self._edit_all().numpy())]
        return tile_images([list(row) for row in zip(*columns, strict=True)])
