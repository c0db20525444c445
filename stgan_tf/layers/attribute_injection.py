"""How attribute vectors enter feature maps."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="stgan_tf")
class AttributeInjection(keras.layers.Layer):
    """Concatenates feature maps and attribute vectors spread over all pixels.

    Tiled rather than broadcast: mobile GPU delegates refuse BROADCAST_TO of a runtime tensor.

    Call arguments:
        inputs: List of (B, H, W, C_i) feature maps of one size, then (B, A) vectors. The output is
            (B, H, W, sum C_i + sum A) in the list's order.
    """

    def call(self, inputs):
        size = tf.shape(inputs[0])[1:3]
        static = inputs[0].shape[1:3]
        if static.is_fully_defined():
            size = static.as_list()
        maps = []
        for value in inputs:
            if len(value.shape) == 2:
                value = tf.tile(value[:, None, None, :], (1, size[0], size[1], 1))
            maps.append(tf.cast(value, inputs[0].dtype))
        return tf.concat(maps, axis=-1)

    def compute_output_shape(self, input_shape):
        channels = sum(shape[-1] for shape in input_shape)
        return (*input_shape[0][:-1], channels)
