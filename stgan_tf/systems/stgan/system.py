"""STGAN as a `System`."""

from stgan_tf.systems.costs import pyramid_values
from stgan_tf.systems.critic_system import CriticSystem
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.discriminator import Discriminator
from stgan_tf.systems.stgan.generator import Generator
from stgan_tf.systems.stgan.settings import STGANSettings
from stgan_tf.systems.stgan.trainer import STGANTrainer


class STGAN(CriticSystem):
    """STGAN (Liu et al., CVPR 2019); its settings also cover the variants of AttGAN."""

    name = "stgan"
    title = "STGAN"
    settings_type = STGANSettings
    trainer_type = STGANTrainer

    def build_editing_network(self, config: Config, synchronized: bool = False) -> Generator:
        generator = Generator(
            config.settings,
            synchronized=synchronized,
            dtype=config.training.dtype_policy,
            name="generator",
        )
        size = config.data.image_size
        generator.build([(None, size, size, 3), (None, len(config.data.attributes))])
        return generator

    def build_discriminator(self, config: Config) -> Discriminator:
        discriminator = Discriminator.from_settings(
            config.settings, len(config.data.attributes), config.training.dtype_policy
        )
        size = config.data.image_size
        discriminator.build((None, size, size, 3))
        return discriminator

    def discriminator_values(self, config: Config) -> float:
        settings = config.settings
        return pyramid_values(
            config.data.image_size,
            settings.discriminator_width,
            settings.discriminator_layers,
            settings.max_channels,
        )

    def generator_values(self, config: Config) -> float:
        """The encoder, the units and one decoder: the decodings run one after the other."""
        settings, size = config.settings, config.data.image_size

        def pyramid(width: int, layers: int) -> int:
            return pyramid_values(size, width, layers, settings.max_channels)

        values = pyramid(settings.encoder_width, settings.num_layers)
        values += pyramid(settings.decoder_width, settings.num_layers)
        if settings.use_stu:
            # State, two gates, reset state, candidate and output of each unit, or the output of a
            # convolutional unit; with skip_residual also the sum with the feature.
            of_unit = {"stu": 6, "conv": 1}[settings.skip_unit] + settings.skip_residual
            values += of_unit * pyramid(settings.stu_width, settings.shortcut_layers)
        return values
