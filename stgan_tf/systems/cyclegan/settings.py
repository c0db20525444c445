"""CycleGAN's settings."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.settings import SystemSettings


@dataclasses.dataclass(frozen=True)
class CycleGANSettings(SystemSettings):
    """Networks and objective (Zhu et al., ICCV 2017; the official code's options in the help).

    Domain A are the images without the attribute, domain B those with it.
    """

    generator_width: int = option(
        64, "Channels of each generator's first convolution (official ngf 64).", minimum=1
    )
    residual_blocks: int = option(
        9, "Residual blocks of each generator (official 9; paper 6 at 128 px).", minimum=1
    )
    discriminator_layers: int = option(
        3,
        "Strided convolutions of each discriminator (official n_layers_D 3: patches of 70x70).",
        minimum=1,
        maximum=8,
    )
    discriminator_width: int = option(
        64, "Channels of its first convolution (official ndf 64).", minimum=1
    )
    adversarial_loss: str = option(
        "lsgan", "lsgan (paper) or dcgan (official gan_mode vanilla).", choices=("lsgan", "dcgan")
    )
    cycle_weight_a: float = option(
        10.0, "L1 loss of A -> B -> A (paper lambda 10; official lambda_A).", minimum=0.0
    )
    cycle_weight_b: float = option(
        10.0, "L1 loss of B -> A -> B (paper lambda 10; official lambda_B).", minimum=0.0
    )
    identity_weight: float = option(
        0.5,
        "L1 loss of images that are in the domain already, as a share of the cycle's weight "
        "(official lambda_identity 0.5); 0: none.",
        minimum=0.0,
    )
    pool_size: int = option(
        50, "Earlier edits that the discriminators are shown again (paper 50); 0: none.", minimum=0
    )

    def require_fitting(self, data: DataConfig) -> None:
        if len(data.attributes) != 1:
            raise ConfigError(
                "attributes",
                "must be a single one for cyclegan, which translates between its two values. "
                f"Received: {','.join(data.attributes)}.",
            )
        if data.image_size % 4:
            raise ConfigError(
                "image_size",
                "must be divisible by 4, as the generators halve it twice. "
                f"Received: {data.image_size}.",
            )
        if data.image_size < 3 * 2**self.discriminator_layers:
            raise ConfigError(
                "image_size",
                "must be at least 3 * 2^discriminator_layers = "
                f"{3 * 2**self.discriminator_layers}. Received: {data.image_size}. Use larger "
                "images or a smaller --discriminator_layers.",
            )
