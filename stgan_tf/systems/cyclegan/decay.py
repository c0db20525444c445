"""The fall of CycleGAN's learning rate as its official code computes it."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="stgan_tf")
class CycleGANDecay(keras.optimizers.schedules.LearningRateSchedule):
    """The rate, constant at first, then falling linearly to 0 (official CycleGAN's policy linear).

    In period E, from 1, the factor is 1 - max(0, E + 1 - constant) / (decay + 1). The official code
    moves its scheduler on before the first epoch, so that the fall begins one epoch early and the
    last epoch, E = constant + decay, has the rate 0. It stays 0 after it.

    Args:
        learning_rate: Rate at the beginning.
        constant: Periods before the fall (official n_epochs).
        decay: Periods of the fall (official n_epochs_decay).
        updates_per_period: Optimiser updates of a period: an epoch's, or 1.
    """

    def __init__(self, learning_rate, constant, decay, updates_per_period=1):
        super().__init__()
        self.learning_rate = learning_rate
        self.constant = constant
        self.decay = decay
        self.updates_per_period = updates_per_period

    def __call__(self, step):
        # Counted in whole numbers: float32 has only every second one beyond 16.8 million.
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
