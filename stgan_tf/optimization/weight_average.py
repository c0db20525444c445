"""Exponential moving average of the generator's weights (--ema_decay)."""

import keras
import tensorflow as tf

from stgan_tf.keras_versions import named_variables, tf_variable


class WeightAverage:
    """Averages of all variables of a network, on the devices of the current strategy.

    After update t (counted from 0), average = d * average + (1 - d) * variable with
    d = min(decay, (1 + t) / (10 + t)), so that the random initial weights are soon forgotten (like
    tf.train.ExponentialMovingAverage with num_updates). The moving averages of batch normalisation
    are averaged in the same way, so that they match the averaged weights.

    Create it inside the strategy's scope; call `update` in a replica context.

    Args:
        network: A built network.
        decay: Share of the average that is kept, in [0, 1).
    """

    def __init__(self, network: keras.Model, decay: float):
        self._decay = decay
        self._pairs = [
            (tf.Variable(variable.numpy(), trainable=False, name="average"), tf_variable(variable))
            for variable in network.variables
        ]
        #: {path of the network's variable: its average}
        self.named_variables = {
            path: average
            for path, (average, _) in zip(named_variables(network), self._pairs, strict=True)
        }

    def update(self, updates: tf.Tensor) -> None:
        """Updates the averages after the network's update number `updates` (from 0)."""
        count = tf.cast(updates, tf.float32)
        keep = tf.minimum(self._decay, (1 + count) / (10 + count))
        # Each device updates its own copies: they are equal, so nothing has to be communicated.
        tf.distribute.get_replica_context().merge_call(self._update_copies, args=(keep,))

    def _update_copies(self, strategy: tf.distribute.Strategy, keep) -> None:
        def move(average, variable, kept):
            average.assign_sub((1 - kept) * (average - variable))

        for average, variable in self._pairs:
            strategy.extended.update(average, move, args=(variable, keep), group=False)

    def start_from_weights(self) -> None:
        """Sets the averages to the current values of the network's variables."""
        for average, variable in self._pairs:
            average.assign(variable.numpy())
