"""IcGAN as a `System`."""

import keras

from stgan_tf.optimization.adam import FusedAdam
from stgan_tf.optimization.schedules import StepDecay
from stgan_tf.options import ConfigError
from stgan_tf.systems.costs import TENSORS_PER_OUTPUT, Costs, pyramid_values, trainable_parameters
from stgan_tf.systems.icgan.discriminator import IcGANDiscriminator
from stgan_tf.systems.icgan.editing_network import IcGANEditor
from stgan_tf.systems.icgan.encoders import LAYERS
from stgan_tf.systems.icgan.generator import inner_layers
from stgan_tf.systems.icgan.settings import FORCEABLE, IcGANSettings
from stgan_tf.systems.icgan.stage_plan import StagePlan
from stgan_tf.systems.icgan.trainer import IcGANTrainer
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import decay_iterations, total_iterations
from stgan_tf.systems.run_optimizer import make_adam
from stgan_tf.systems.system import System


class IcGAN(System):
    """IcGAN (Perarnau et al., 2016), re-derived from the official Lua code.

    That code could not be run, so it is only verified against values computed by hand
    (`IcGANTrainer`).
    """

    name = "icgan"
    title = "IcGAN"
    settings_type = IcGANSettings
    editing_name = "editor"
    forceable = FORCEABLE

    def batches_per_iteration(self, settings: IcGANSettings) -> int:
        return 1

    def label_rule(self, settings: IcGANSettings) -> LabelRule:
        """The difference; the source attributes come from Ey (`IcGANEditor`)."""
        return LabelRule("difference")

    def build_editing_network(self, config: Config, synchronized: bool = False) -> IcGANEditor:
        settings, size = config.settings, config.data.image_size
        attributes = len(config.data.attributes)
        editor = IcGANEditor(
            size,
            attributes,
            settings.latent_size,
            settings.generator_width,
            settings.encoder_width,
            settings.latent_encoder_units,
            settings.attribute_encoder_units,
            synchronized,
            dtype=config.training.dtype_policy,
            name="editor",
        )
        editor.build([(None, size, size, 3), (None, attributes)])
        return editor

    def build_discriminator(self, config: Config, synchronized: bool = False) -> IcGANDiscriminator:
        """Builds the discriminator."""
        size = config.data.image_size
        discriminator = IcGANDiscriminator(
            size,
            config.settings.discriminator_width,
            synchronized,
            dtype=config.training.dtype_policy,
            name="discriminator",
        )
        discriminator.build([(None, size, size, 3), (None, len(config.data.attributes))])
        return discriminator

    def build_optimizer(
        self, config: Config, rate: float, beta_1: float, num_images: int, name: str
    ) -> FusedAdam:
        """The rate decays with the optimiser's own updates: an encoder's from the start of its
        stage. Torch7 applies epsilon in the same way as TensorFlow.
        """
        schedule = StepDecay(rate, decay_iterations(num_images, config))
        return make_adam(config, schedule, name, beta_1=beta_1)

    def build_trainer(self, config: Config, num_images: int, num_replicas: int = 1) -> IcGANTrainer:
        """Builds the compiled trainer.

        Raises:
            ConfigError: A batch, or part of one, has a single image, for which there are no batch
                statistics and no wrong labels.
        """
        training, settings = config.training, config.settings
        if training.batch_size < 2 * training.accumulation_steps:
            raise ConfigError(
                "batch_size",
                "must be at least 2 per accumulation step for icgan, because batch normalisation "
                f"needs several images. Received: {training.batch_size}, with "
                f"--accumulation_steps={training.accumulation_steps}.",
            )
        keras.utils.set_random_seed(training.seed)
        synchronized = num_replicas > 1
        trainer = IcGANTrainer(
            self.build_editing_network(config, synchronized),
            self.build_discriminator(config, synchronized),
            settings,
            StagePlan.divide(total_iterations(num_images, config), settings),
            seed=training.seed,
            accumulation_steps=training.accumulation_steps,
            recompute=training.recompute,
            ema_decay=training.ema_decay,
        )
        of_gan = training.learning_rate, training.adam_beta_1
        of_encoder = settings.encoder_learning_rate, settings.encoder_adam_beta_1
        rates = {
            "generator_optimizer": of_gan,
            "discriminator_optimizer": of_gan,
            "latent_encoder_optimizer": of_encoder,
            "attribute_encoder_optimizer": of_encoder,
        }
        trainer.compile(
            **{
                name: self.build_optimizer(config, rate, beta_1, num_images, name)
                for name, (rate, beta_1) in rates.items()
            },
            # XLA on a single device only: it fails with several replicas (tensorflow#56423).
            jit_compile=training.jit_compile,
        )
        return trainer

    def costs(self, config: Config) -> Costs:
        """Parameter counts, and an estimate of the activations.

        The estimate is the larger of those of the discriminator's step, in which the discriminator
        runs up to three times and the generator once, and those of an encoder's step.
        """
        settings, size = config.settings, config.data.image_size
        editor, layers = self.build_editing_network(config), inner_layers(size) + 1
        # The same sizes in both: from half the image down to 4x4, doubling the channels each time.
        of_generator = pyramid_values(size, settings.generator_width, layers)
        of_discriminator = pyramid_values(size, settings.discriminator_width, layers)
        passes = 3 if settings.wrong_labels else 2
        of_encoder = pyramid_values(size, settings.encoder_width, LAYERS)
        widest = max(of_generator + passes * of_discriminator, of_encoder)
        parts = ("generator", "latent_encoder", "attribute_encoder")
        return Costs(
            {
                "editor": trainable_parameters(editor),
                "discriminator": trainable_parameters(self.build_discriminator(config)),
            },
            {part: trainable_parameters(getattr(editor, part)) for part in parts},
            round(TENSORS_PER_OUTPUT * widest),
        )
