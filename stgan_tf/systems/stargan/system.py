"""StarGAN as a `System`."""

from stgan_tf.optimization.schedules import LinearDecay
from stgan_tf.systems.critic_system import CriticSystem
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_length import total_iterations
from stgan_tf.systems.stargan.decay import StarGANDecay
from stgan_tf.systems.stargan.discriminator import StarGANDiscriminator
from stgan_tf.systems.stargan.generator import StarGANGenerator
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.systems.stargan.trainer import StarGANTrainer


class StarGAN(CriticSystem):
    """StarGAN (Choi et al., CVPR 2018)."""

    name = "stargan"
    title = "StarGAN"
    settings_type = StarGANSettings
    trainer_type = StarGANTrainer
    pytorch = True

    def learning_rate(self, config: Config, updates_per_iteration: int, num_images: int):
        settings, rate = config.settings, config.training.learning_rate
        iterations = total_iterations(num_images, config)
        if settings.rate_decay == "linear":
            updates = iterations * updates_per_iteration
            return LinearDecay(rate, updates // 2, updates)
        if settings.rate_decay == "coded":
            critic_steps = settings.critic_steps_per_generator_step
            total = iterations * critic_steps
            return StarGANDecay(rate, total, total // 2, critic_steps // updates_per_iteration)
        return super().learning_rate(config, updates_per_iteration, num_images)

    def build_editing_network(self, config: Config, synchronized: bool = False) -> StarGANGenerator:
        """Builds the generator; `synchronized` has no effect on instance normalisation."""
        settings = config.settings
        generator = StarGANGenerator(
            settings.generator_width,
            settings.residual_blocks,
            dtype=config.training.dtype_policy,
            name="generator",
        )
        size = config.data.image_size
        generator.build([(None, size, size, 3), (None, len(config.data.attributes))])
        return generator

    def build_discriminator(self, config: Config) -> StarGANDiscriminator:
        settings = config.settings
        discriminator = StarGANDiscriminator(
            len(config.data.attributes),
            settings.discriminator_layers,
            settings.discriminator_width,
            dtype="float32",
            name="discriminator",
        )
        size = config.data.image_size
        discriminator.build((None, size, size, 3))
        return discriminator

    def generator_values(self, config: Config) -> float:
        """Two outputs each at full, half and quarter size, and two per residual block; the cycle
        runs the generator twice.
        """
        width, blocks = config.settings.generator_width, config.settings.residual_blocks
        return 2 * config.data.image_size**2 * width * (2 + 2 / 2 + 2 / 4 * (1 + blocks))
