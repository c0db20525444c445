"""Instance normalisation that uses only rank-4 tensors and can be differentiated twice."""

import keras
import tensorflow as tf

from stgan_tf.keras_versions import HAS_ADDONS, NO_AUTOCAST
from stgan_tf.layers.exact_dtype import exact_dtype


@keras.saving.register_keras_serializable(package="stgan_tf")
class InstanceNormalization(keras.layers.Layer):
    """Normalises each channel of each image over its pixels (slim.instance_norm).

    keras.layers.GroupNormalization(groups=-1) computes the same but uses rank-5 tensors, which
    mobile GPU delegates do not support. There are no moving averages: training and inference are
    the same.

    Args:
        epsilon: Added to the variance (official 1e-6).
        affine: Whether each channel has a learned gain and offset.

    Call arguments:
        inputs: (B, H, W, C), float32 or bfloat16. The statistics are float32 in both cases, and
            float64 in a float64 layer. The output has the shape and dtype of the input.
    """

    def __init__(self, epsilon=1e-6, affine=True, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.affine = affine
        self.gamma = self.beta = None

    def build(self, input_shape):
        if self.affine:
            options = {"shape": (input_shape[-1],), "dtype": exact_dtype(self), **NO_AUTOCAST}
            self.gamma = self.add_weight(name="gamma", initializer="ones", **options)
            self.beta = self.add_weight(name="beta", initializer="zeros", **options)
        self.built = True

    def call(self, inputs):
        values = tf.cast(inputs, exact_dtype(self))
        # Like the official code: tf.nn.moments treats the mean inside the variance as a constant,
        # which leaves first derivatives the same but changes second ones (the gradient penalty).
        mean, variance = tf.nn.moments(values, axes=(1, 2), keepdims=True)
        outputs = tf.nn.batch_normalization(
            values, mean, variance, self.beta, self.gamma, self.epsilon
        )
        return tf.cast(outputs, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon, "affine": self.affine}


def instance_normalization(*args, **kwargs) -> keras.layers.Layer:
    """Makes the layer of the networks: TensorFlow Addons' where it is installed, elsewhere an
    `InstanceNormalization`, of which both take the arguments.
    """
    if not HAS_ADDONS:
        return InstanceNormalization(*args, **kwargs)
    from stgan_tf.layers.addons_normalization import AddonsInstanceNormalization

    return AddonsInstanceNormalization(*args, **kwargs)
