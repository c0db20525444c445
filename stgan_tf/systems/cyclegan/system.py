"""CycleGAN as a `System`."""

import keras

from stgan_tf.optimization.schedules import StepDecay
from stgan_tf.systems.costs import TENSORS_PER_OUTPUT, Costs, trainable_parameters
from stgan_tf.systems.cyclegan.decay import CycleGANDecay
from stgan_tf.systems.cyclegan.discriminator import PatchDiscriminator
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.cyclegan.trainer import CycleGANTrainer
from stgan_tf.systems.cyclegan.translator import Translator
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import (
    decay_iterations,
    iterations_per_epoch,
    total_iterations,
)
from stgan_tf.systems.run_optimizer import make_adam
from stgan_tf.systems.system import System


class CycleGAN(System):
    """CycleGAN (Zhu et al., ICCV 2017) between the two values of one attribute.

    Edits have no intensity: the label only chooses the direction (`Translator`).
    """

    name = "cyclegan"
    title = "CycleGAN"
    settings_type = CycleGANSettings
    editing_name = "translator"
    #: Loss weights, which do not depend on the networks.
    forceable = frozenset({"cycle_weight_a", "cycle_weight_b", "identity_weight"})

    def batches_per_iteration(self, settings: CycleGANSettings) -> int:
        return 2

    def required_values(self, settings: CycleGANSettings) -> tuple[int, ...]:
        """A batch of domain A (without the attribute), then one of domain B."""
        return 0, 1

    def label_rule(self, settings: CycleGANSettings) -> LabelRule:
        return LabelRule("binary")

    def build_editing_network(self, config: Config, synchronized: bool = False) -> Translator:
        """Builds the translator; `synchronized` has no effect on instance normalisation."""
        settings, size = config.settings, config.data.image_size
        translator = Translator(
            settings.generator_width,
            settings.residual_blocks,
            dtype=config.training.dtype_policy,
            name="translator",
        )
        translator.build([(None, size, size, 3), (None, 1)])
        return translator

    def build_discriminator(self, config: Config, name: str) -> PatchDiscriminator:
        """Builds the discriminator called `name`."""
        settings, size = config.settings, config.data.image_size
        discriminator = PatchDiscriminator(
            settings.discriminator_layers,
            settings.discriminator_width,
            dtype=config.training.dtype_policy,
            name=name,
        )
        discriminator.build((None, size, size, 3))
        return discriminator

    def build_trainer(
        self, config: Config, num_images: int, num_replicas: int = 1
    ) -> CycleGANTrainer:
        training = config.training
        keras.utils.set_random_seed(training.seed)
        trainer = CycleGANTrainer(
            self.build_editing_network(config),
            self.build_discriminator(config, "discriminator_a"),
            self.build_discriminator(config, "discriminator_b"),
            config.settings,
            config.data.image_size,
            seed=training.seed,
            accumulation_steps=training.accumulation_steps,
            recompute=training.recompute,
            ema_decay=training.ema_decay,
        )
        trainer.compile(
            *(
                make_adam(config, schedule(config, num_images), name, pytorch=True)
                for name in ("generator_optimizer", "discriminator_optimizer")
            ),
            # XLA on a single device only: it fails with several replicas (tensorflow#56423).
            jit_compile=training.jit_compile,
        )
        return trainer

    def costs(self, config: Config) -> Costs:
        """Parameter counts, and an estimate of the activations: those of the generators' step.

        In it, each generator runs three times (twice without the identity loss) and each
        discriminator once.
        """
        translator = self.build_editing_network(config)
        discriminator = trainable_parameters(self.build_discriminator(config, "discriminator_a"))
        parts = ("generator_a", "generator_b")
        settings, size = config.settings, config.data.image_size
        passes = 3 if settings.identity_weight else 2
        # Two outputs each at full, half and quarter size, and two per residual block.
        blocks = 2 + 2 / 2 + (1 + 2 * settings.residual_blocks) / 4
        of_generator = size**2 * settings.generator_width * blocks
        of_discriminator = sum(
            (size >> i) ** 2 * (settings.discriminator_width << min(i - 1, 3))
            for i in range(1, settings.discriminator_layers + 1)
        )
        return Costs(
            {
                "translator": trainable_parameters(translator),
                "discriminator_a": discriminator,
                "discriminator_b": discriminator,
            },
            {part: trainable_parameters(getattr(translator, part)) for part in parts},
            round(TENSORS_PER_OUTPUT * 2 * (passes * of_generator + of_discriminator)),
        )


def schedule(config: Config, num_images: int) -> CycleGANDecay | StepDecay:
    """The learning rate: constant at first, then decaying linearly to 0 at the end of the run.

    It changes per epoch as in the official code, or per iteration if the run's length is given in
    iterations. It stays constant if the decay would not start before the end of the run.
    """
    training = config.training
    begin, end = decay_iterations(num_images, config), total_iterations(num_images, config)
    if not 0 < begin < end:
        return StepDecay(training.learning_rate, 0)
    if training.num_iterations or training.decay_after_iterations:
        return CycleGANDecay(training.learning_rate, begin, end - begin, 1)
    epoch = iterations_per_epoch(num_images, config)
    return CycleGANDecay(
        training.learning_rate,
        training.decay_after_epochs,
        training.num_epochs - training.decay_after_epochs,
        epoch,
    )
