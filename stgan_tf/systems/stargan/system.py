"""StarGAN as a `System`."""

from stgan_tf.systems.critic_system import CriticSystem, policy_of
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.run_config import Config
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

    def label_rule(self, settings: StarGANSettings) -> LabelRule:
        return LabelRule("binary")

    def build_editing_network(self, config: Config, synchronized: bool = False) -> StarGANGenerator:
        """Instance normalisation has nothing to synchronise."""
        settings = config.settings
        generator = StarGANGenerator(
            settings.generator_width,
            settings.residual_blocks,
            dtype=policy_of(config),
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
        """Full size twice, half and quarter size twice, two outputs of each residual block; the
        cycle runs it twice.
        """
        width, blocks = config.settings.generator_width, config.settings.residual_blocks
        return 2 * config.data.image_size**2 * width * (2 + 2 / 2 + 2 / 4 * (1 + blocks))
