"""Injection of attribute vectors into feature maps."""

import keras
import tensorflow as tf


def spread(attributes, feature_map):
    """Tiles attribute vectors (B, A) over a feature map's pixels.

    `feature_map` is (B, H, W, C); the result is (B, H, W, A) and has its dtype.
    """
    size = tf.shape(feature_map)[1:3]
    static = feature_map.shape[1:3]
    if static.is_fully_defined():
        size = static.as_list()
    tiled = tf.tile(attributes[:, None, None, :], (1, size[0], size[1], 1))
    return tf.cast(tiled, feature_map.dtype)


def enlarge(attributes, feature_map):
    """The same as `spread`, by enlarging an image of one pixel, for float32 vectors and maps of
    known size. LiteRT's CPU library does not compute TILE, so that it would split the graph.
    """
    pixel = tf.reshape(attributes, (-1, 1, 1, attributes.shape[-1]))
    return tf.image.resize(pixel, feature_map.shape[1:3])


@keras.saving.register_keras_serializable(package="stgan_tf")
class AttributeInjection(keras.layers.Layer):
    """Concatenates feature maps with attribute vectors that are tiled over all pixels.

    They are tiled rather than broadcast because mobile GPU delegates do not support BROADCAST_TO of
    a runtime tensor.

    Attributes:
        spread: The function that tiles them, `spread`; `enlarge` in copies for LiteRT.

    Call arguments:
        inputs: List of feature maps (B, H, W, C_i) of equal size, followed by vectors (B, A_j). The
            output is (B, H, W, sum of all C_i and A_j), in the order of the list.
    """

    spread = staticmethod(spread)

    def call(self, inputs):
        first = inputs[0]
        maps = [
            self.spread(value, first) if len(value.shape) == 2 else tf.cast(value, first.dtype)
            for value in inputs
        ]
        return tf.concat(maps, axis=-1)

    def compute_output_shape(self, input_shape):
        channels = sum(shape[-1] for shape in input_shape)
        return (*input_shape[0][:-1], channels)
