"""The interface of a system for attribute editing, as the rest of the package uses it.

A system is a folder here (or a module of another package, entry point group `stgan_tf.systems`)
with settings, networks and a trainer. Code outside `stgan_tf.systems` does not name any of them.
"""

import abc
from typing import TYPE_CHECKING, Any, Protocol

import keras
import tensorflow as tf

from stgan_tf.systems.costs import Costs
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.settings import SystemSettings
from stgan_tf.systems.system_trainer import SystemTrainer

if TYPE_CHECKING:
    from stgan_tf.config.data import DataConfig
    from stgan_tf.config.training import TrainingConfig
    from stgan_tf.systems.run_config import Config


class EditingNetwork(Protocol):
    """The part of a system that edits images: a built keras.Model with these methods.

    Images are (B, H, W, 3) float32 in [-1, 1]; labels (B, A) are float32, from the system's
    `LabelRule`. `network([images, labels], training=False)` is `decode(encode(images), labels)`.
    """

    def encode(self, images: tf.Tensor, training: bool = False) -> Any:
        """What all edits of the images share: any structure of tensors with the batch as first
        axis. Only `decode` uses it.
        """

    def decode(self, encoded: Any, labels: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The edited images (B, H, W, 3), from the result of `encode` and labels (B, A)."""


class System(abc.ABC):
    """A system; stateless, found by its name in `stgan_tf.systems.registry`.

    Attributes:
        name: Its name in --system and config.json.
        title: Its name in tables and figures.
        settings_type: The dataclass of its settings, each of which is a flag.
        editing_name: The editing network's name in checkpoints.
        forceable: Settings that --force may change when continuing a run, because the networks and
            the optimisers' state fit any value.
        usual_intensity: Edits beyond it are outside what the system's authors show.
    """

    name: str
    title: str
    settings_type: type[SystemSettings]
    editing_name: str = "generator"
    forceable: frozenset[str] = frozenset()
    usual_intensity: float = 1.5

    @abc.abstractmethod
    def batches_per_iteration(self, settings: Any) -> int:
        """The number of fresh batches that a `train_step` takes."""

    def required_values(self, settings: Any) -> tuple[int, ...] | None:
        """For each of these batches, the value (0 or 1) of the first attribute that all its images
        must have; None: any images.
        """
        return None

    @abc.abstractmethod
    def label_rule(self, settings: Any) -> LabelRule:
        """How the editing network's labels are computed."""

    @abc.abstractmethod
    def build_editing_network(self, config: "Config", synchronized: bool = False) -> keras.Model:
        """A built `EditingNetwork`, initialised from Keras' global seed; `synchronized` means that
        batch normalisation uses statistics over all replicas.
        """

    @abc.abstractmethod
    def build_trainer(
        self, config: "Config", num_images: int, num_replicas: int = 1
    ) -> SystemTrainer:
        """The compiled trainer, initialised from the run's seed. Called in the strategy's scope.
        `num_images` is the size of the training split, from which schedules get their lengths.
        """

    def config_of(
        self, trainer: SystemTrainer, data: "DataConfig", training: "TrainingConfig"
    ) -> "Config | None":
        """The configuration of a run with the networks of a trainer that was made by hand, for
        `training.saved_trainer`; None if the trainer is another system's, or if the system's
        trainers are only made by `build_trainer`.

        Raises:
            ConfigError: The data do not fit the networks.
        """
        return None

    def copy_for_run(self, trainer: SystemTrainer, config: "Config") -> SystemTrainer:
        """A compiled trainer with new networks of `config_of`'s configuration, under the names that
        a run looks them up by; needed if that returns one.
        """
        raise NotImplementedError

    @abc.abstractmethod
    def costs(self, config: "Config") -> Costs:
        """Parameter counts and estimated memory, for a dry run."""
