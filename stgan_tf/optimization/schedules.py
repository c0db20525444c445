"""Learning-rate schedules."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="stgan_tf")
class StepDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Divides the rate by 10 every `decay_after_updates` updates (official train.py, in epochs).

    Args:
        learning_rate: Learning rate before the first decay.
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
    """Keeps the rate constant, then decays it linearly to 0.

    Args:
        learning_rate: Learning rate before the decay.
        start: Number of updates before the decay.
        end: Number of updates after which the rate is 0.
    """

    def __init__(self, learning_rate, start, end):
        super().__init__()
        self.learning_rate = learning_rate
        self.start = start
        self.end = end

    def __call__(self, step):
        # Subtracted as integers: beyond 16.8 million, float32 has only every second one.
        past = tf.cast(tf.cast(step, tf.int64) - self.start, tf.float32)
        done = past / max(self.end - self.start, 1)
        return self.learning_rate * (1.0 - tf.clip_by_value(done, 0.0, 1.0))

    def get_config(self):
        return {"learning_rate": self.learning_rate, "start": self.start, "end": self.end}
