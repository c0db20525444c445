"""Adam through TensorFlow's fused kernel."""

import threading

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="stgan_tf")
class FusedAdam(keras.optimizers.Adam):
    """keras.optimizers.Adam with one fused kernel a variable instead of a dozen small operations.

    The kernel is the one the official code's tf.train.AdamOptimizer runs, "epsilon hat" form:
    lr * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon). It passes over memory once
    instead of a dozen times.

    Args:
        clip_gradient_norm: Upper limit of the norm of all gradients together, after their sum over
            the replicas; 0: none. Keras' own global_clipnorm limits each replica's before the sum.
        pytorch: epsilon is added to the bias-corrected root, as torch.optim.Adam has it: the
            kernel is given epsilon * sqrt(1 - beta_2^t). Clipping divides by the norm + 1e-6, as
            torch.nn.utils.clip_grad_norm_ does.
    """

    def __init__(self, *args, clip_gradient_norm=0.0, pytorch=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.clip_gradient_norm = clip_gradient_norm
        self.pytorch = pytorch
        # MirroredStrategy runs each replica in a thread of its own.
        self._replica = threading.local()

    def take_gradient_norm(self):
        """Norm of all gradients of the last update together, summed over the replicas, before
        clipping. Once an update, in the replica that called apply_gradients.
        """
        return self._replica.__dict__.pop("norm")

    def apply_gradients(self, grads_and_vars, **kwargs):
        """As Keras', but of a network that is frozen as a whole the update is counted too: the
        iteration, and with it the data order, follow from the count.
        """
        grads_and_vars = list(grads_and_vars)
        if grads_and_vars:
            return super().apply_gradients(grads_and_vars, **kwargs)
        self._replica.norm = tf.zeros(())
        return self._iterations.assign_add(1)

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
        step = tf.cast(self.iterations.value + 1, dtype)
        power = tf.pow(tf.constant(self.beta_2, dtype), step)
        epsilon = tf.constant(self.epsilon, dtype)
        if self.pytorch:
            epsilon *= tf.sqrt(1 - power)
        # tf.distribute hands over this replica's tf.Variable, a single device Keras' wrapper.
        target = variable.value if isinstance(variable, keras.Variable) else variable
        tf.raw_ops.ResourceApplyAdam(
            var=target.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
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
