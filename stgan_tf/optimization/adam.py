"""Adam with TensorFlow's fused kernel."""

import threading

import keras
import tensorflow as tf

from stgan_tf.keras_versions import Adam, tf_variable


@keras.saving.register_keras_serializable(package="stgan_tf")
class FusedAdam(Adam):
    """keras.optimizers.Adam with one fused kernel per variable instead of a dozen operations.

    The kernel is that of the official code's tf.train.AdamOptimizer, in the "epsilon hat" form:
    lr * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon). It passes over memory once
    instead of a dozen times.

    Args:
        learning_rate, beta_1, beta_2, kwargs: As for keras.optimizers.Adam.
        epsilon: 1e-8 as in the official codes (the default of TF 1, PyTorch and Torch7); Keras'
            default is 1e-7.
        clip_gradient_norm: Limit on the global norm of the gradients, applied after they are summed
            over the replicas; 0: none. Keras' own global_clipnorm clips on each replica before the
            sum.
        pytorch: Whether epsilon is added to the bias-corrected root, as in torch.optim.Adam: the
            kernel is then given epsilon * sqrt(1 - beta_2^t). Clipping then divides by the
            norm + 1e-6, as in torch.nn.utils.clip_grad_norm_.
    """

    def __init__(
        self,
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        clip_gradient_norm=0.0,
        pytorch=False,
        **kwargs,
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)
        self.clip_gradient_norm = clip_gradient_norm
        self.pytorch = pytorch
        # MirroredStrategy runs each replica in its own thread.
        self._replica = threading.local()

    def take_gradient_norm(self):
        """The global norm of the last update's gradients, a scalar.

        It is that of the sum over the replicas, before clipping. Call this once per update, in the
        replica that called apply_gradients.
        """
        return self._replica.__dict__.pop("norm")

    def _all_reduce_sum_gradients(self, grads_and_vars):
        summed = super()._all_reduce_sum_gradients(grads_and_vars)
        gradients, variables = zip(*summed, strict=True)
        self._replica.norm = norm = tf.linalg.global_norm(gradients)
        if not self.clip_gradient_norm:
            return summed
        if self.pytorch:
            factor = tf.minimum(self.clip_gradient_norm / (norm + 1e-6), 1.0)
            return [(gradient * factor, variable) for gradient, variable in summed]
        clipped, _ = tf.clip_by_global_norm(gradients, self.clip_gradient_norm, use_norm=norm)
        return list(zip(clipped, variables, strict=True))

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        dtype = tf.as_dtype(variable.dtype)
        step = tf.cast(tf_variable(self.iterations) + 1, dtype)
        power = tf.pow(tf.constant(self.beta_2, dtype), step)
        epsilon = tf.constant(self.epsilon, dtype)
        if self.pytorch:
            epsilon *= tf.sqrt(1 - power)
        # tf.distribute passes this replica's tf.Variable; a single device passes Keras' wrapper.
        tf.raw_ops.ResourceApplyAdam(
            var=tf_variable(variable).handle,
            m=tf_variable(self._momentums[index]).handle,
            v=tf_variable(self._velocities[index]).handle,
            beta1_power=tf.pow(tf.constant(self.beta_1, dtype), step),
            beta2_power=power,
            lr=tf.cast(learning_rate, dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=epsilon,
            grad=tf.cast(gradient, dtype),
        )

    def get_config(self):
        own = {"clip_gradient_norm": self.clip_gradient_norm, "pytorch": self.pytorch}
        return {**super().get_config(), **own}
