"""CriticSystem: the base of systems with a `CriticTrainer`."""

import abc

import keras

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.optimization.schedules import StepDecay
from stgan_tf.options import ConfigError
from stgan_tf.systems.costs import TENSORS_PER_OUTPUT, Costs, pyramid_values, trainable_parameters
from stgan_tf.systems.critic_settings import FORCEABLE, CriticSettings
from stgan_tf.systems.critic_trainer import CriticTrainer
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import decay_iterations
from stgan_tf.systems.run_optimizer import make_adam
from stgan_tf.systems.system import System
from stgan_tf.systems.system_trainer import SystemTrainer


class CriticSystem(System):
    """A system trained by a `CriticTrainer`: several critic updates, then a generator update."""

    trainer_type: type[CriticTrainer]
    forceable = FORCEABLE
    #: Whether the official code uses PyTorch, whose Adam applies epsilon differently (`FusedAdam`).
    pytorch = False

    def batches_per_iteration(self, settings: CriticSettings) -> int:
        return settings.batches_per_iteration

    def label_rule(self, settings: CriticSettings) -> LabelRule:
        return settings.label_rule

    @abc.abstractmethod
    def build_discriminator(self, config: Config) -> keras.Model:
        """Builds the discriminator, in float32: the gradient penalty differentiates it twice."""

    def learning_rate(
        self, config: Config, updates_per_iteration: int, num_images: int
    ) -> keras.optimizers.schedules.LearningRateSchedule:
        """The schedule for an optimiser that makes `updates_per_iteration` updates."""
        decay = decay_iterations(num_images, config) * updates_per_iteration
        return StepDecay(config.training.learning_rate, decay)

    def build_optimizer(
        self, config: Config, updates_per_iteration: int, num_images: int, name: str
    ) -> FusedAdam:
        rate = self.learning_rate(config, updates_per_iteration, num_images)
        return make_adam(config, rate, name, self.pytorch)

    def build_trainer(
        self, config: Config, num_images: int, num_replicas: int = 1
    ) -> CriticTrainer:
        training = config.training
        keras.utils.set_random_seed(training.seed)
        trainer = self.trainer_type(
            self.build_editing_network(config, synchronized=num_replicas > 1),
            self.build_discriminator(config),
            config.settings,
            seed=training.seed,
            accumulation_steps=training.accumulation_steps,
            recompute=training.recompute,
            ema_decay=training.ema_decay,
        )
        critic_steps = config.settings.critic_steps_per_generator_step
        trainer.compile(
            self.build_optimizer(config, 1, num_images, "generator_optimizer"),
            self.build_optimizer(config, critic_steps, num_images, "discriminator_optimizer"),
            # XLA on a single device only: it fails with several replicas (tensorflow#56423).
            jit_compile=training.jit_compile,
        )
        return trainer

    def config_of(
        self, trainer: SystemTrainer, data: DataConfig, training: TrainingConfig
    ) -> Config | None:
        if type(trainer) is not self.trainer_type:
            return None
        if len(data.attributes) != trainer.discriminator.num_attributes:
            raise ConfigError(
                "attributes",
                f"must name the {trainer.discriminator.num_attributes} attributes of the networks. "
                f"Received: {len(data.attributes)}, {', '.join(data.attributes)}.",
            )
        return Config(self.name, data, trainer.run_settings(), training)

    def copy_for_run(self, trainer: CriticTrainer, config: Config) -> CriticTrainer:
        copy = self.trainer_type(
            self.build_editing_network(config),
            self.build_discriminator(config),
            config.settings,
            ema_decay=trainer.ema_decay,
        )
        copy.compile()
        return copy

    @abc.abstractmethod
    def generator_values(self, config: Config) -> float:
        """Output values of all blocks of the generator for one image.

        Blocks count as often as a generator update computes them.
        """

    def discriminator_values(self, config: Config) -> float:
        """Output values of the discriminator's convolutions for one image."""
        settings = config.settings
        return pyramid_values(
            config.data.image_size, settings.discriminator_width, settings.discriminator_layers
        )

    def costs(self, config: Config) -> Costs:
        """Parameter counts, and an estimate of the activations.

        The estimate is the larger of those of a generator update and of three discriminator passes.
        """
        generator, discriminator = (
            self.build_editing_network(config),
            self.build_discriminator(config),
        )
        parts = {
            part: trainable_parameters(getattr(generator, part))
            for part in ("encoder", "selective_transfer", "decoder")
            if getattr(generator, part, None) is not None
        }
        of_discriminator = self.discriminator_values(config)
        widest = max(self.generator_values(config) + of_discriminator, 3 * of_discriminator)
        return Costs(
            {
                "generator": trainable_parameters(generator),
                "discriminator": trainable_parameters(discriminator),
            },
            parts,
            round(TENSORS_PER_OUTPUT * widest),
        )
