"""How attribute vectors enter feature maps."""

import keras
import tensorflow as tf


def spread(attributes, feature_map):
    """Attribute vectors (B, A) over all pixels of (B, H, W, C): (B, H, W, A) in the map's dtype."""
    size = tf.shape(feature_map)[1:3]
    static = feature_map.shape[1:3]
    if static.is_fully_defined():
        size = static.as_list()
    tiled = tf.tile(attributes[:, None, None, :], (1, size[0], size[1], 1))
    return tf.cast(tiled, feature_map.dtype)


@keras.saving.register_keras_serializable(package="stgan_tf")
class AttributeInjection(keras.layers.Layer):
    """Concatenates feature maps and attribute vectors spread over all pixels.

    Tiled rather than broadcast: mobile GPU delegates refuse BROADCAST_TO of a runtime tensor.

    Call arguments:
        inputs: List of (B, H, W, C_i) feature maps of one size, then (B, A) vectors. The output is
            (B, H, W, sum C_i + sum A) in the list's order.
    """

    def call(self, inputs):
        first = inputs[0]
        maps = [
            spread(value, first) if len(value.shape) == 2 else tf.cast(value, first.dtype)
            for value in inputs
        ]
        return tf.concat(maps, axis=-1)

    def compute_output_shape(self, input_shape):
        channels = sum(shape[-1] for shape in input_shape)
        return (*input_shape[0][:-1], channels)
