"""The fall of StarGAN's learning rate as its official code computes it."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="stgan_tf")
class StarGANDecay(keras.optimizers.schedules.LearningRateSchedule):
    """The rate as StarGAN's solver.py has it: over the last `length` of `total` updates of the
    critic, learning_rate / length is taken away after every 1,000th of them. With the official
    200,000 and 100,000 it ends a thousandth below where it began, and not at 0.

    Args:
        learning_rate: Rate before the decay.
        total, length: Updates of the critic.
        critic_updates_per_update: Of the optimiser whose rate this is: 1 for the critic's.
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
