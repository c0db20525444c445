"""Batch normalisation as the official code's slim.batch_norm computes it."""

import keras
import tensorflow as tf

from stgan_tf.keras_versions import NO_AUTOCAST
from stgan_tf.layers.exact_dtype import exact_dtype
from stgan_tf.layers.recomputation import computed_again


@keras.saving.register_keras_serializable(package="stgan_tf")
class BatchNormalization(keras.layers.Layer):
    """Batch normalisation over (B, H, W) with moving averages of the *unbiased* variance.

    It normalises with the biased variance of the batch but updates the moving variance with the
    unbiased one (a factor of N / (N - 1)), like the fused kernel behind slim.batch_norm.
    keras.layers.BatchNormalization stores the biased variance, which differs from the official
    checkpoints by 8e-5 after one step.

    When frozen (`trainable = False` on it or on an enclosing network), it normalises with its
    moving averages and does not update them, even in training, like Keras' layer.

    Args:
        momentum: Share of the old moving average that is kept (official 0.999; classifier 0.9).
        epsilon: Added to the variance (official 1e-3; classifier 1e-5).
        synchronized: Whether to compute the statistics over all replicas of the current
            tf.distribute strategy, so that replicas agree with each other and with a single device
            that sees the global batch.
        gamma_initializer: Initializer of the gains (official "ones").

    Call arguments:
        inputs: (B, H, W, C) or (B, C), float32 or bfloat16. The statistics are float32 in both
            cases. In a float64 layer they are float64, which the fused kernel does not support.
        training: Whether to use batch statistics and update the moving averages; ignored if the
            layer is frozen.
        fused: Whether inference uses TensorFlow's fused operation, which its CPU optimiser merges
            with the preceding convolution and the following activation. It also merges tanh, which
            is not implemented (2.21: "Fusion is not implemented: [FusedBatchNorm,Tanh]"), so before
            tanh plain arithmetic is needed.
    """

    def __init__(
        self,
        momentum=0.999,
        epsilon=1e-3,
        synchronized=False,
        gamma_initializer="ones",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon
        self.synchronized = synchronized
        self.gamma_initializer = keras.initializers.get(gamma_initializer)

    def build(self, input_shape):
        shape = (input_shape[-1],)
        # The fused kernel needs float32 parameters even under a bfloat16 policy.
        options = {"shape": shape, "dtype": exact_dtype(self), **NO_AUTOCAST}
        self.gamma = self.add_weight(name="gamma", initializer=self.gamma_initializer, **options)
        self.beta = self.add_weight(name="beta", initializer="zeros", **options)
        frozen = {**options, "trainable": False}
        self.moving_mean = self.add_weight(name="moving_mean", initializer="zeros", **frozen)
        self.moving_variance = self.add_weight(name="moving_variance", initializer="ones", **frozen)
        self.built = True

    def call(self, inputs, training=False, fused=True):
        if len(inputs.shape) == 2:
            # The fused kernel only takes images. In inference, vectors do not need it.
            if not training or not self.trainable:
                return self._scale_and_shift(inputs)
            return self.call(inputs[:, None, None, :], training=True)[:, 0, 0, :]
        if not training or not self.trainable:
            if not fused or exact_dtype(self) == "float64":
                return self._scale_and_shift(inputs)
            return self._normalize_with_moving_averages(inputs)
        plain = exact_dtype(self) == "float64"
        if plain or (self.synchronized and _replicas() > 1):
            outputs, mean, variance = self._normalize_over_replicas(inputs)
        else:
            outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
                inputs, self.gamma, self.beta, epsilon=self.epsilon, is_training=True
            )
        if computed_again():
            return outputs
        keep = self.momentum
        self.moving_mean.assign(self.moving_mean * keep + mean * (1.0 - keep))
        self.moving_variance.assign(self.moving_variance * keep + variance * (1.0 - keep))
        return outputs

    def _normalize_with_moving_averages(self, inputs):
        outputs, _, _ = tf.compat.v1.nn.fused_batch_norm(
            inputs,
            self.gamma,
            self.beta,
            mean=self.moving_mean,
            variance=self.moving_variance,
            epsilon=self.epsilon,
            is_training=False,
        )
        return outputs

    def _scale_and_shift(self, inputs):
        scale = self.gamma * tf.math.rsqrt(self.moving_variance + self.epsilon)
        shift = self.beta - self.moving_mean * scale
        return tf.cast(tf.cast(inputs, exact_dtype(self)) * scale + shift, inputs.dtype)

    def _normalize_over_replicas(self, inputs):
        """Takes two passes (mean, squared deviations): E[x^2] - E[x]^2 loses digits in float32."""
        values = tf.cast(inputs, exact_dtype(self))
        mean = self._over_replicas(tf.reduce_mean(values, axis=(0, 1, 2)))
        deviations = tf.math.squared_difference(values, mean)
        variance = self._over_replicas(tf.reduce_mean(deviations, axis=(0, 1, 2)))
        outputs = tf.nn.batch_normalization(
            values, mean, variance, self.beta, self.gamma, self.epsilon
        )
        replicas = _replicas() if self.synchronized else 1
        count = tf.cast(tf.size(inputs) // tf.shape(inputs)[-1] * replicas, exact_dtype(self))
        unbiased = tf.stop_gradient(variance) * count / (count - 1.0)
        return tf.cast(outputs, inputs.dtype), tf.stop_gradient(mean), unbiased

    def _over_replicas(self, value):
        if not self.synchronized or _replicas() == 1:
            return value
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "synchronized": self.synchronized,
            "gamma_initializer": keras.initializers.serialize(self.gamma_initializer),
        }


def _replicas():
    return tf.distribute.get_strategy().num_replicas_in_sync
