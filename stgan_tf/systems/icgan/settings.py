"""IcGAN's settings."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.settings import SystemSettings

#: Smallest image side: the encoders halve an image four times.
SMALLEST_IMAGE = 16


@dataclasses.dataclass(frozen=True)
class IcGANSettings(SystemSettings):
    """Settings of IcGAN (Perarnau et al., 2016). The help gives those of cfg/mainConfig.lua.

    The three shares divide the run in proportion, however long it is: the official 25, 15 and 15
    are epochs if --num_epochs=55. If a run is continued with another length, it is divided again,
    and a network whose new part has not ended is trained further.
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
    latent_size: int = option(100, "Dimension of the latent vector z (official nz 100).", minimum=1)
    latent_encoder_units: int = option(
        0,
        "Hidden units of the encoder of z; 0: the size of its flattened feature map (official).",
        minimum=0,
    )
    attribute_encoder_units: int = option(
        512,
        "Hidden units of the encoder of attributes (official 512); 0: the size of its flattened "
        "feature map.",
        minimum=0,
    )
    wrong_labels: bool = option(
        True,
        "Also show the discriminator real images with the labels of other images (official "
        "trainWrongY, on).",
    )
    cgan_share: int = option(
        25, "Share of the run that trains the GAN (official 25 of 55 epochs).", minimum=1
    )
    latent_encoder_share: int = option(
        15, "Share that trains the encoder of z (official 15 of 55 epochs).", minimum=1
    )
    attribute_encoder_share: int = option(
        15, "Share that trains the encoder of attributes (official 15 of 55 epochs).", minimum=1
    )
    statistics_passes: int = option(
        100,
        "Iterations that only update the generator's moving averages, before the encoder of z is "
        "trained (official 100). They are taken from its share, at most half of it.",
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


#: Settings for which the networks and the optimisers' state fit any value.
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
