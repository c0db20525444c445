"""TensorFlow Addons' instance normalisation, for installations with the extra `addons`."""

import warnings

import keras
import tensorflow as tf

from stgan_tf.keras_versions import NO_AUTOCAST
from stgan_tf.layers.exact_dtype import exact_dtype

with warnings.catch_warnings():
    warnings.simplefilter("ignore", UserWarning)  # that its development has ended
    import tensorflow_addons as tfa


@keras.saving.register_keras_serializable(package="stgan_tf")
class AddonsInstanceNormalization(tfa.layers.InstanceNormalization):
    """`InstanceNormalization` as TensorFlow Addons computes it, with the same result bit for bit.

    Args and call arguments: those of `InstanceNormalization`. In Addons the default of epsilon is
    1e-3, and what it computes under a bfloat16 policy is rounded to bfloat16.
    """

    def __init__(self, epsilon=1e-6, affine=True, **kwargs):
        super().__init__(epsilon=epsilon, center=affine, scale=affine, **kwargs)
        self.affine = affine

    def add_weight(self, **options):
        return super().add_weight(**options, dtype=exact_dtype(self), **NO_AUTOCAST)

    def call(self, inputs):
        outputs = super().call(tf.cast(inputs, exact_dtype(self)))
        return tf.cast(outputs, inputs.dtype)

    def get_config(self):
        layer = keras.layers.Layer.get_config(self)
        return {**layer, "epsilon": self.epsilon, "affine": self.affine}
