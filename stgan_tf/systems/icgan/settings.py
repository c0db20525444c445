"""IcGAN's settings."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.settings import SystemSettings

#: The encoders halve an image four times.
SMALLEST_IMAGE = 16


@dataclasses.dataclass(frozen=True)
class IcGANSettings(SystemSettings):
    """Networks, objective, and how a run is divided (Perarnau et al., 2016; official cfg/
    mainConfig.lua in the help).

    The three shares are parts of the run, however its length is given: with the official 25, 15 and
    15 they are epochs where --num_epochs=55. A run that is continued with another length is divided
    anew: what then lies before its part's end is trained further.
    """

    generator_width: int = option(
        64, "Channels of the generator's last hidden layer (official ngf 64).", minimum=1
    )
    discriminator_width: int = option(
        64, "Channels of the discriminator's first layer (official ndf 64).", minimum=1
    )
    encoder_width: int = option(
        32, "Channels of each encoder's first layer (official nf 32).", minimum=1
    )
    latent_size: int = option(100, "Numbers in a latent vector z (official nz 100).", minimum=1)
    latent_encoder_units: int = option(
        0,
        "Hidden units of the encoder of z; 0: as many as its last map has values (official).",
        minimum=0,
    )
    attribute_encoder_units: int = option(
        512,
        "Hidden units of the encoder of attributes (official 512); 0: as many as its last map has "
        "values.",
        minimum=0,
    )
    wrong_labels: bool = option(
        True,
        "Show the discriminator real images with another image's labels too (official trainWrongY "
        "yes).",
    )
    cgan_share: int = option(
        25, "Part of the run that trains the GAN (official 25 of 55 epochs).", minimum=1
    )
    latent_encoder_share: int = option(
        15, "Part that trains the encoder of z (official 15 of 55 epochs).", minimum=1
    )
    attribute_encoder_share: int = option(
        15, "Part that trains the encoder of attributes (official 15 of 55 epochs).", minimum=1
    )
    statistics_passes: int = option(
        100,
        "Iterations, the first of those for the encoder of z, that only renew the generator's "
        "moving averages (official 100); never more than half of them.",
        minimum=0,
    )
    encoder_learning_rate: float = option(
        1e-4, "Adam learning rate of both encoders (official 1e-4).", minimum=0.0
    )
    encoder_adam_beta_1: float = option(
        0.1, "Adam beta 1 of both encoders (official 0.1).", minimum=0.0, maximum=0.9999
    )

    def require_fitting(self, data: DataConfig) -> None:
        size = data.image_size
        if size < SMALLEST_IMAGE or size & (size - 1):
            raise ConfigError(
                "image_size",
                f"must be a power of two and at least {SMALLEST_IMAGE} for icgan. "
                f"Received: {size}.",
            )


#: Networks and the optimisers' state fit any value.
FORCEABLE = frozenset(
    {
        "wrong_labels",
        "cgan_share",
        "latent_encoder_share",
        "attribute_encoder_share",
        "statistics_passes",
        "encoder_learning_rate",
        "encoder_adam_beta_1",
    }
)
