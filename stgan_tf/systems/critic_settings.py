"""Settings of systems that train a generator against a critic which also tells the attributes."""

import dataclasses

from stgan_tf.options import option
from stgan_tf.systems.settings import SystemSettings


@dataclasses.dataclass(frozen=True)
class CriticSettings(SystemSettings):
    """The discriminator, the weights of the objective, and how often the critic is trained.

    The defaults are STGAN's (equations 8-12).
    """

    discriminator_layers: int = option(5, "Discriminator convolutions (5).", minimum=1, maximum=8)
    discriminator_width: int = option(64, "Channels of its first layer (64).", minimum=1)
    adversarial_loss: str = option(
        "wgan", "wgan (paper), lsgan or dcgan.", choices=("wgan", "lsgan", "dcgan")
    )
    gradient_penalty_weight: float = option(10.0, "Gradient penalty (paper 10).", minimum=0.0)
    critic_attribute_weight: float = option(
        1.0, "Attribute loss of the discriminator (paper lambda_1 = 1).", minimum=0.0
    )
    generator_attribute_weight: float = option(
        10.0, "Attribute loss of the generator (paper lambda_2 = 10).", minimum=0.0
    )
    reconstruction_weight: float = option(
        100.0, "L1 reconstruction loss (paper lambda_3 = 100).", minimum=0.0
    )
    critic_steps_per_generator_step: int = option(
        5,
        "Discriminator updates per generator update, each on a fresh batch (paper 5).",
        minimum=1,
        maximum=100,
    )


#: Weights fit any networks.
FORCEABLE = frozenset(
    {
        "gradient_penalty_weight",
        "critic_attribute_weight",
        "generator_attribute_weight",
        "reconstruction_weight",
    }
)
