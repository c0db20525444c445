"""Batch normalisation as the official code's slim.batch_norm computes it."""

import keras
import tensorflow as tf

from stgan_tf.layers.exact_dtype import exact_dtype


@keras.saving.register_keras_serializable(package="stgan_tf")
class BatchNormalization(keras.layers.Layer):
    """Batch normalisation over (B, H, W) with moving averages of the *unbiased* variance.

    Normalises with the batch's biased variance, but the moving variance receives the unbiased one
    (N / (N - 1)), as the fused kernel behind slim.batch_norm does; keras.layers.BatchNormalization
    stores the biased one, which is 8e-5 off the official checkpoints after one step.

    Frozen (`trainable = False`, its own or that of a network around it), it normalises with its
    moving averages and leaves them alone, in training too, as Keras' layer does.

    Args:
        momentum: Share of the old moving average that is kept (official 0.999; classifier 0.9).
        epsilon: Added to the variance (official 1e-3; classifier 1e-5).
        synchronized: Take the statistics over all replicas of the current tf.distribute strategy,
            so that replicas agree and equal one device with the global batch.
        gamma_initializer: Of the gains (official ones).

    Call arguments:
        inputs: (B, H, W, C) or (B, C), float32 or bfloat16; statistics are float32 in either case,
            and float64 in a layer of that dtype, which the fused kernel lacks.
        training: Whether batch statistics are used and the moving averages updated, unless the
            layer is frozen.
        fused: Without `training`, whether TensorFlow's fused operation is used, which its CPU
            optimiser merges with the convolution before and the activation behind. For tanh it
            merges into what it does not implement (2.21: "Fusion is not implemented:
            [FusedBatchNorm,Tanh]"), so there it must be plain arithmetic.
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
        # autocast=False: under a bfloat16 policy the fused kernel still wants float32 parameters.
        options = {"shape": shape, "dtype": exact_dtype(self), "autocast": False}
        self.gamma = self.add_weight(name="gamma", initializer=self.gamma_initializer, **options)
        self.beta = self.add_weight(name="beta", initializer="zeros", **options)
        frozen = {**options, "trainable": False}
        self.moving_mean = self.add_weight(name="moving_mean", initializer="zeros", **frozen)
        self.moving_variance = self.add_weight(name="moving_variance", initializer="ones", **frozen)

    def call(self, inputs, training=False, fused=True):
        if len(inputs.shape) == 2:
            # The fused kernel has images only. In inference a vector needs none of it.
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
        """Two passes (mean, then squared deviations): E[x^2] - E[x]^2 loses digits in float32."""
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
