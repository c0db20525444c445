"""StarGAN's learning-rate decay as its official code computes it."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="stgan_tf")
class StarGANDecay(keras.optimizers.schedules.LearningRateSchedule):
    """The schedule of StarGAN's solver.py.

    Over the last `length` of `total` critic updates, the rate decreases by learning_rate / length
    after every 1,000th update. With the official 200,000 and 100,000 it therefore ends only a
    thousandth below the initial rate, not at 0.

    Args:
        learning_rate: Learning rate before the decay.
        total, length: Numbers of critic updates.
        critic_updates_per_update: Critic updates per update of the optimiser that uses this
            schedule: 1 for the critic's own.
    """

    EVERY = 1000

    def __init__(self, learning_rate, total, length, critic_updates_per_update=1):
        super().__init__()
        self.learning_rate = learning_rate
        self.total = total
        self.length = length
        self.critic_updates_per_update = critic_updates_per_update

    def __call__(self, step):
        done = tf.cast(step, tf.int64) * self.critic_updates_per_update
        taken = tf.maximum(done // self.EVERY - (self.total - self.length) // self.EVERY, 0)
        return self.learning_rate * (1.0 - tf.cast(taken, tf.float32) / max(self.length, 1))

    def get_config(self):
        return {
            "learning_rate": self.learning_rate,
            "total": self.total,
            "length": self.length,
            "critic_updates_per_update": self.critic_updates_per_update,
        }
