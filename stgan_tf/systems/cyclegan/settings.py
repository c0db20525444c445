"""CycleGAN's settings."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.settings import SystemSettings


@dataclasses.dataclass(frozen=True)
class CycleGANSettings(SystemSettings):
    """Settings of CycleGAN (Zhu et al., ICCV 2017). The help gives the official code's options.

    Domain A consists of the images without the attribute, domain B of those with it.
    """

    generator_width: int = option(
        64, "Channels of each generator's first convolution (official ngf 64).", minimum=1
    )
    residual_blocks: int = option(
        9,
        "Residual blocks in each generator (official 9; 6 in CycleGAN's paper at 128 px).",
        minimum=1,
    )
    discriminator_layers: int = option(
        3,
        "Strided convolutions in each discriminator (official n_layers_D 3: 70x70 patches).",
        minimum=1,
        maximum=8,
    )
    discriminator_width: int = option(
        64, "Channels of each discriminator's first convolution (official ndf 64).", minimum=1
    )
    adversarial_loss: str = option(
        "lsgan",
        "Adversarial loss: lsgan (paper) or dcgan (official gan_mode vanilla).",
        choices=("lsgan", "dcgan"),
    )
    cycle_weight_a: float = option(
        10.0,
        "Weight of the L1 cycle loss A -> B -> A (official lambda_A).",
        minimum=0.0,
        paper=10,
    )
    cycle_weight_b: float = option(
        10.0,
        "Weight of the L1 cycle loss B -> A -> B (official lambda_B).",
        minimum=0.0,
        paper=10,
    )
    identity_weight: float = option(
        0.5,
        "Weight of the L1 identity loss, for images that are already in the target domain, "
        "relative to the cycle weight (official lambda_identity 0.5); 0: no identity loss.",
        minimum=0.0,
    )
    pool_size: int = option(
        50,
        "Number of earlier edits kept in the image pool of each discriminator; 0: no pool.",
        minimum=0,
        paper=50,
    )

    def require_fitting(self, data: DataConfig) -> None:
        if len(data.attributes) != 1:
            raise ConfigError(
                "attributes",
                "must be a single attribute for cyclegan, which translates between its two values. "
                f"Received: {','.join(data.attributes)}.",
            )
        if data.image_size % 4:
            raise ConfigError(
                "image_size",
                "must be divisible by 4, because the generators halve it twice. "
                f"Received: {data.image_size}.",
            )
        if data.image_size < 3 * 2**self.discriminator_layers:
            raise ConfigError(
                "image_size",
                "must be at least 3 * 2^discriminator_layers = "
                f"{3 * 2**self.discriminator_layers}. Received: {data.image_size}. Use larger "
                "images or a smaller --discriminator_layers.",
            )
