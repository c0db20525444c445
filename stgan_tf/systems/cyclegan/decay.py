"""CycleGAN's learning-rate decay as its official code computes it."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="stgan_tf")
class CycleGANDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Keeps the rate constant, then decays it linearly to 0 (the official lr_policy linear).

    In period E, counted from 1, the factor is 1 - max(0, E + 1 - constant) / (decay + 1). The
    official code steps its scheduler before the first epoch, so the decay starts one epoch early
    and the last epoch, E = constant + decay, has a rate of 0. Afterwards the rate stays 0.

    Args:
        learning_rate: Initial learning rate.
        constant: Periods before the decay (official n_epochs).
        decay: Periods of the decay (official n_epochs_decay).
        updates_per_period: Optimiser updates in a period: those of an epoch, or 1.
    """

    def __init__(self, learning_rate, constant, decay, updates_per_period=1):
        super().__init__()
        self.learning_rate = learning_rate
        self.constant = constant
        self.decay = decay
        self.updates_per_period = updates_per_period

    def __call__(self, step):
        # Computed with integers: beyond 16.8 million, float32 has only every second one.
        period = tf.cast(step, tf.int64) // self.updates_per_period + 1
        past = tf.cast(tf.maximum(period + 1 - self.constant, 0), tf.float32)
        fallen = past / (self.decay + 1.0)
        return self.learning_rate * tf.maximum(0.0, 1.0 - fallen)

    def get_config(self):
        return {
            "learning_rate": self.learning_rate,
            "constant": self.constant,
            "decay": self.decay,
            "updates_per_period": self.updates_per_period,
        }
