"""The contract: all that the rest of the package asks of a system that edits attributes.

A system is a folder here (or a module of another package, entry point group `stgan_tf.systems`)
with its settings, its networks and its trainer. Nothing outside `stgan_tf.systems` names one.
"""

import abc
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import keras
import tensorflow as tf

from stgan_tf.optimization.accumulation import accumulated
from stgan_tf.optimization.weight_average import WeightAverage
from stgan_tf.systems.costs import Costs
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.settings import SystemSettings

if TYPE_CHECKING:
    from stgan_tf.systems.run_config import Config


class EditingNetwork(Protocol):
    """The part of a system that edits: a built keras.Model with these methods.

    Images are (B, H, W, 3) float32 in [-1, 1], labels (B, A) float32 as the system's `LabelRule`
    makes them. `network([images, labels], training=False)` is `decode(encode(images), labels)`.
    """

    def encode(self, images: tf.Tensor, training: bool = False) -> Any:
        """What is the same for every edit of the images: any structure of tensors whose first axis
        is the batch. Only `decode` looks into it.
        """

    def decode(self, encoded: Any, labels: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The edited images."""


class SystemTrainer(keras.Model, abc.ABC):
    """Networks, losses and optimisers of a system; `train_step` is one iteration.

    A batch (`data`) is a dict, per replica, K = `System.batches_per_iteration`: images
    (K, b, H, W, 3) float32 in [-1, 1]; source_attributes and target_attributes (K, b, A) float32 in
    {0, 1}.

    Args:
        averaged: The network whose weights an average follows: the editing one.
        seed: Of the trainer's random numbers.
        accumulation_steps: Parts in which each batch is computed, for memory (`accumulation`).
        ema_decay: Of the average (`weight_average`); 0: none is kept.

    Attributes:
        weight_average: The running average of the editing network's weights, or None.
        progress_terms: {label: term} shown beside the progress bar, in the iterations that have it.
        watched_terms: {sign of `stgan_tf.training.warning_signs`: term that every iteration has};
            what a system does not have is not watched.
        advice: {sign: what is said of it instead of that module's text, which names STGAN's
            settings}, with {value} and {iterations}.
    """

    progress_terms: Mapping[str, str] = {}
    watched_terms: Mapping[str, str] = {}
    advice: Mapping[str, str] = {}

    def __init__(
        self,
        averaged: keras.Model | None = None,
        seed: int = 0,
        accumulation_steps: int = 1,
        ema_decay: float = 0.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.seed = seed
        self.accumulation_steps = accumulation_steps
        self.weight_average = None
        if averaged is not None and ema_decay:
            self.weight_average = WeightAverage(averaged, ema_decay)
        self.built = True  # the networks are; Keras cannot know without a `call`

    @property
    @abc.abstractmethod
    def networks(self) -> dict[str, keras.Model]:
        """All networks, by the name that they have in checkpoints; `System.editing_name` is one."""

    @property
    @abc.abstractmethod
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """All optimisers, by the name that they have in checkpoints, with their slots built. The
        first one counts the iterations: it makes one update in each.
        """

    @property
    def saved_state(self) -> dict[str, tf.Variable]:
        """Variables besides networks and optimisers from which the next iterations follow."""
        return {}

    @property
    def iterations(self):
        """The count of iterations done, a variable."""
        return next(iter(self.optimizers.values())).iterations

    def phase(self) -> Hashable:
        """For systems whose iterations are not all alike: which kind the next one is, as a plain
        value (a string) that follows from `iterations`. It is asked before each iteration and
        given to `train_step` as the argument `phase`, which is traced for each value. None: they
        are all alike, and there is no such argument.
        """
        return None

    @abc.abstractmethod
    def train_step(self, data, stop_requested=None):
        """One iteration. Returns its terms as scalars, means over the global batch
        (`global_means`); with `stop_requested`, a float32 of this worker, its mean over all
        replicas is among them: so the workers learn of each other's signals without a message of
        their own.
        """

    def update(self, optimizer, norm_term: str, compute: Callable, batch: dict, *noise):
        """One update of an optimiser by the gradients of a batch, in `accumulation_steps` parts.

        Args:
            optimizer: FusedAdam, which tells the norm of the gradients.
            norm_term: Name of that norm among the terms.
            compute: (batch, *noise) -> (variables, gradients of this replica's share of the loss,
                loss terms), which are means over the images.
            batch: {name: a tensor with a row an image}.
            noise: More such tensors, or None.

        Returns: the terms, with the norm.
        """
        variables, gradients, terms = accumulated(compute, self.accumulation_steps, batch, *noise)
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return {**terms, norm_term: optimizer.take_gradient_norm()}

    def update_average(self):
        """Moves the average, after the first optimiser's update of this iteration."""
        if self.weight_average is not None:
            self.weight_average.update(self.iterations.value - 1)

    @staticmethod
    def replicas() -> int:
        """Replicas in step. Optimisers sum gradients over them: divide each loss by it."""
        return tf.distribute.get_strategy().num_replicas_in_sync

    def mean_over_replicas(self, value):
        if self.replicas() == 1:
            return value
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)

    def global_means(self, terms, stop_requested=None):
        """`terms`, and `stop_requested` where there is one, as means over the replicas."""
        if stop_requested is not None:
            terms = {**terms, "stop_requested": stop_requested}
        stacked = self.mean_over_replicas(tf.stack(list(terms.values())))
        return dict(zip(terms, tf.unstack(stacked, len(terms)), strict=True))

    @staticmethod
    def take_batch(data, k, finished=()):
        """Batch k of the iteration, not before `finished`: else the graph's executor runs what
        later updates need all at once and holds all their activations.
        """
        with tf.control_dependencies(list(finished)):
            return {name: tf.identity(values[k]) for name, values in data.items()}

    @staticmethod
    def updated(network):
        """For `take_batch`: asks for no values, only for the network's update to be done."""
        return [
            tf.raw_ops.VariableShape(input=variable.value.handle)
            for variable in network.trainable_variables
        ]

    def uniform_rows(self, shape, number, seed, stream=0):
        """This replica's rows of numbers in [0, 1) drawn for the global batch, so that R replicas
        use the same ones as one device: a pure function of (seed, number, stream).

        Args:
            shape: (b, ...) of this replica.
            number: int64, of the update.
            stream: From 0 to 9: independent draws of one update.
        """
        return self._drawn_rows(tf.random.stateless_uniform, shape, number, seed, stream)

    def normal_rows(self, shape, number, seed, stream=0):
        """`uniform_rows` from the standard normal distribution; the two are not independent of each
        other.
        """
        return self._drawn_rows(tf.random.stateless_normal, shape, number, seed, stream)

    @staticmethod
    def _drawn_rows(draw: Callable, shape, number, seed, stream):
        context = tf.distribute.get_replica_context()
        rows = shape[0] * context.num_replicas_in_sync
        start = context.replica_id_in_sync_group * shape[0]
        # A different second word than any update of another stream has.
        word = tf.cast(number, tf.int64) + (stream // 2 << 48)
        word = word if stream % 2 == 0 else -1 - word
        words = tf.stack([tf.constant(seed, tf.int64), word])
        drawn = draw((rows, *shape[1:]), words)
        return drawn[start : start + shape[0]]


class System(abc.ABC):
    """One system; an instance without state is registered (`stgan_tf.systems.registry`).

    Attributes:
        name: Of --system and config.json.
        title: In tables and figures.
        settings_type: Its own dataclass of settings, each a flag.
        editing_name: The editing network's name in checkpoints.
        forceable: Settings that may change, with --force, in a run that is continued: the networks
            and the optimisers' state fit any value.
    """

    name: str
    title: str
    settings_type: type[SystemSettings]
    editing_name: str = "generator"
    forceable: frozenset[str] = frozenset()

    @abc.abstractmethod
    def batches_per_iteration(self, settings: Any) -> int:
        """Fresh batches that `train_step` takes."""

    def required_values(self, settings: Any) -> tuple[int, ...] | None:
        """For each of these batches the value, 0 or 1, of the first attribute that all its images
        must have; None: any images.
        """
        return None

    @abc.abstractmethod
    def label_rule(self, settings: Any) -> LabelRule:
        """What the editing network is given."""

    @abc.abstractmethod
    def build_editing_network(self, config: "Config", synchronized: bool = False) -> keras.Model:
        """An `EditingNetwork`, built, weights from Keras' global seed; `synchronized`: batch norm
        over all replicas.
        """

    @abc.abstractmethod
    def build_trainer(
        self, config: "Config", num_images: int, num_replicas: int = 1
    ) -> SystemTrainer:
        """The compiled trainer, weights from the run's seed. Called inside the strategy's scope.
        `num_images` (of the training split) turns epochs into updates for the schedules.
        """

    @abc.abstractmethod
    def costs(self, config: "Config") -> Costs:
        """For a dry run."""
