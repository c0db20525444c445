"""The interface of a system's trainer, as the rest of the package uses it."""

import abc
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import keras
import tensorflow as tf

from stgan_tf.keras_versions import tf_variable
from stgan_tf.layers.recomputation import recomputation
from stgan_tf.optimization.accumulation import accumulated
from stgan_tf.optimization.applying import apply_gradients
from stgan_tf.optimization.weight_average import WeightAverage


class SystemTrainer(keras.Model, abc.ABC):
    """Networks, losses and optimisers of a system; `train_step` is one iteration.

    A replica's batch (`data`) is a dict with K = `System.batches_per_iteration` batches: images
    (K, b, H, W, 3) float32 in [-1, 1]; source_attributes and target_attributes (K, b, A) float32 in
    {0, 1}.

    Args:
        averaged: The network whose weights are averaged: the editing network. If it is not built
            yet, call `start_average` later.
        seed: Seed of the trainer's random numbers.
        accumulation_steps: Parts in which each batch is processed, to save memory (`accumulation`).
        recompute: Whether activations are computed again for the gradients, to save memory
            (`stgan_tf.layers.recomputation`).
        ema_decay: Decay of the average (`weight_average`), in [0, 1); 0: no average.

    Attributes:
        weight_average: The moving average of the editing network's weights, or None.
        progress_terms: {label: term} shown next to the progress bar, in iterations that have it.
        watched_terms: {sign of `stgan_tf.training.warning_signs`: term that every iteration has},
            for the signs that apply to the system.
        advice: {sign: text that replaces that module's, which names no settings}; may contain
            {value} and {iterations}.
    """

    progress_terms: Mapping[str, str] = {}
    watched_terms: Mapping[str, str] = {}
    advice: Mapping[str, str] = {}

    def __init__(
        self,
        averaged: keras.Model | None = None,
        seed: int = 0,
        accumulation_steps: int = 1,
        recompute: bool = False,
        ema_decay: float = 0.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.seed = seed
        self.accumulation_steps = accumulation_steps
        self.recompute = recompute
        self.ema_decay = ema_decay
        self.weight_average = None
        if averaged is not None and averaged.built:
            self.start_average(averaged)
        self.built = True  # the networks are built; Keras cannot tell without a `call`

    def start_average(self, network: keras.Model) -> None:
        """Starts the average of a built network, unless ema_decay is 0 or it already exists."""
        if self.ema_decay and self.weight_average is None:
            self.weight_average = WeightAverage(network, self.ema_decay)

    @property
    @abc.abstractmethod
    def networks(self) -> dict[str, keras.Model]:
        """All networks, by their names in checkpoints; `System.editing_name` is one of them."""

    @property
    @abc.abstractmethod
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """All optimisers, by their names in checkpoints, with built slots. The first one makes one
        update per iteration and thereby counts the iterations.
        """

    def save(self, *args, **kwargs):
        """Keras' `save`, for the trainers that Keras can load again.

        Raises:
            NotImplementedError: The class is not registered with Keras.
        """
        name = type(self).__name__
        if keras.saving.get_registered_name(type(self)) == name:
            raise NotImplementedError(
                f"Keras could not load a saved {name}, because the class is not registered with "
                "it. Train with stgan_tf.train, whose checkpoints have all weights, or save the "
                f"networks. Received: {name}."
            )
        return super().save(*args, **kwargs)

    def get_config(self):
        return {
            **super().get_config(),
            "seed": self.seed,
            "accumulation_steps": self.accumulation_steps,
            "recompute": self.recompute,
            "ema_decay": self.ema_decay,
        }

    def get_build_config(self):
        """None: the networks record their own shapes."""
        return None

    def save_own_variables(self, store):
        """Saves the average in a Keras file; the networks save their own weights."""
        if self.weight_average is not None:
            for i, average in enumerate(self.weight_average.named_variables.values()):
                store[f"average_{i}"] = average.numpy()

    def load_own_variables(self, store):
        if self.weight_average is not None:
            for i, average in enumerate(self.weight_average.named_variables.values()):
                average.assign(store[f"average_{i}"])

    @property
    def saved_state(self) -> dict[str, tf.Variable]:
        """Other variables that determine the next iterations, besides networks and optimisers."""
        return {}

    @property
    def iterations(self):
        """The number of completed iterations, a variable."""
        return next(iter(self.optimizers.values())).iterations

    def phase(self) -> Hashable:
        """The kind of the next iteration, for systems that have several kinds.

        A plain value (a string) that depends only on `iterations`. It is passed to each
        `train_step` as the argument `phase`, with one graph per value. None: there is only one kind
        and no such argument.
        """
        return None

    @abc.abstractmethod
    def train_step(self, data, stop_requested=None):
        """Runs one iteration and returns its terms, scalar means over the global batch
        (`global_means`). If given `stop_requested`, a float32 of this worker, they include its mean
        over all replicas, which tells the workers of each other's signals without extra messages.
        """

    def compile_with(self, optimizers: dict[str, Any], **kwargs) -> None:
        """Keras' `compile` with several optimisers.

        Args:
            optimizers: {attribute: Keras optimiser, its name, or its configuration}. Keras'
                callbacks see the first one as `optimizer`.
            kwargs: Arguments of Keras' `compile`. `jit_compile` is off by default: XLA is no faster
                on CPUs, and fails with several replicas.
        """
        made = {name: keras.optimizers.get(value) for name, value in optimizers.items()}
        super().compile(optimizer=next(iter(made.values())), **{"jit_compile": False, **kwargs})
        for name, optimizer in made.items():
            setattr(self, name, optimizer)

    def update(self, optimizer, norm_term: str, compute: Callable, batch: dict, *noise):
        """One optimiser update with the gradients of a batch, in `accumulation_steps` parts.

        Args:
            optimizer: A built Keras optimiser.
            norm_term: Name of the term for the norm of the gradients.
            compute: (batch, *noise) -> (variables, gradients of this replica's share of the loss,
                loss terms), all means over the images.
            batch: {name: tensor with one row per image}.
            noise: More such tensors, or None.

        Returns: the loss terms and the norm of the gradients.
        """
        with recomputation(self.recompute):
            found = accumulated(compute, self.accumulation_steps, batch, *noise)
        variables, gradients, terms = found
        return {**terms, norm_term: apply_gradients(optimizer, gradients, variables)}

    def update_average(self):
        """Updates the average; call it after the first optimiser's update of this iteration."""
        if self.weight_average is not None:
            self.weight_average.update(tf_variable(self.iterations) - 1)

    @staticmethod
    def replicas() -> int:
        """The number of replicas. Optimisers sum gradients over them: divide each loss by it."""
        return tf.distribute.get_strategy().num_replicas_in_sync

    def mean_over_replicas(self, value):
        """The mean of a tensor over all replicas."""
        if self.replicas() == 1:
            return value
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)

    def global_means(self, terms, stop_requested=None):
        """The means of `terms`, and of `stop_requested` if given, over the replicas."""
        if stop_requested is not None:
            terms = {**terms, "stop_requested": stop_requested}
        stacked = self.mean_over_replicas(tf.stack(list(terms.values())))
        return dict(zip(terms, tf.unstack(stacked, len(terms)), strict=True))

    @staticmethod
    def take_batch(data, k, finished=()):
        """Batch k of the iteration, once `finished` is computed: otherwise the executor would start
        all updates at once and keep all their activations in memory.
        """
        with tf.control_dependencies(list(finished)):
            return {name: tf.identity(values[k]) for name, values in data.items()}

    @staticmethod
    def updated(network):
        """A dependency for `take_batch`: waits for the network's update, without copying values."""
        return [
            tf.raw_ops.VariableShape(input=tf_variable(variable).handle)
            for variable in network.trainable_variables
        ]

    def uniform_rows(self, shape, number, seed, stream=0):
        """This replica's rows of random numbers in [0, 1) for the global batch, so that R replicas
        use the same numbers as one device. A pure function of (seed, number, stream).

        Args:
            shape: The shape (b, ...) on this replica.
            number: The number of the update, int64.
            stream: 0 to 9, for independent draws within an update.
        """
        return self._drawn_rows(tf.random.stateless_uniform, shape, number, seed, stream)

    def normal_rows(self, shape, number, seed, stream=0):
        """Like `uniform_rows`, but standard normal; not independent of `uniform_rows`."""
        return self._drawn_rows(tf.random.stateless_normal, shape, number, seed, stream)

    @staticmethod
    def _drawn_rows(draw: Callable, shape, number, seed, stream):
        context = tf.distribute.get_replica_context()
        rows = shape[0] * context.num_replicas_in_sync
        start = context.replica_id_in_sync_group * shape[0]
        # A second seed word that differs from those of all updates of the other streams.
        word = tf.cast(number, tf.int64) + (stream // 2 << 48)
        word = word if stream % 2 == 0 else -1 - word
        words = tf.stack([tf.constant(seed, tf.int64), word])
        drawn = draw((rows, *shape[1:]), words)
        return drawn[start : start + shape[0]]
