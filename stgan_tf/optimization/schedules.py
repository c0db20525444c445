"""Learning-rate schedules."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="stgan_tf")
class StepDecay(keras.optimizers.schedules.LearningRateSchedule):
    """The rate divided by 10 every `decay_after_updates` updates (official train.py, by epochs).

    Args:
        learning_rate: Rate before the first decay.
        decay_after_updates: Optimiser updates between decays; 0: constant.
    """

    def __init__(self, learning_rate, decay_after_updates):
        super().__init__()
        self.learning_rate = learning_rate
        self.decay_after_updates = decay_after_updates

    def __call__(self, step):
        if not self.decay_after_updates:
            return tf.constant(self.learning_rate, tf.float32)
        decays = tf.cast(step // self.decay_after_updates, tf.float32)
        return self.learning_rate * tf.pow(0.1, decays)

    def get_config(self):
        return {
            "learning_rate": self.learning_rate,
            "decay_after_updates": self.decay_after_updates,
        }


@keras.saving.register_keras_serializable(package="stgan_tf")
class LinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """The rate, then a straight line down to 0.

    Args:
        learning_rate: Rate before the decay.
        start: Updates before it.
        end: Updates after which the rate is 0.
    """

    def __init__(self, learning_rate, start, end):
        super().__init__()
        self.learning_rate = learning_rate
        self.start = start
        self.end = end

    def __call__(self, step):
        # Counted in whole numbers: float32 has only every second one beyond 16.8 million.
        past = tf.cast(tf.cast(step, tf.int64) - self.start, tf.float32)
        done = past / max(self.end - self.start, 1)
        return self.learning_rate * (1.0 - tf.clip_by_value(done, 0.0, 1.0))

    def get_config(self):
        return {"learning_rate": self.learning_rate, "start": self.start, "end": self.end}


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
