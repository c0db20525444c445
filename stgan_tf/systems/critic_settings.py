"""Settings of systems that train a generator against a critic that also classifies attributes."""

import abc
import dataclasses

from stgan_tf.options import option
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.settings import SystemSettings


@dataclasses.dataclass(frozen=True)
class CriticSettings(SystemSettings):
    """The discriminator, the weights of the objective, and how often the critic is trained.

    The defaults are STGAN's (equations 8-12).
    """

    discriminator_layers: int = option(
        5, "Convolutions in the discriminator (official 5).", minimum=1, maximum=8
    )
    discriminator_width: int = option(
        64, "Channels of the discriminator's first layer (official 64).", minimum=1
    )
    adversarial_loss: str = option(
        "wgan",
        "Adversarial loss.",
        choices=("wgan", "lsgan", "dcgan"),
        group="Loss",
        paper="wgan",
    )
    gradient_penalty_weight: float = option(
        10.0, "Weight of the gradient penalty.", minimum=0.0, group="Loss", paper=10
    )
    critic_attribute_weight: float = option(
        1.0,
        "Weight of the discriminator's attribute loss (lambda_1).",
        minimum=0.0,
        group="Loss",
        paper=1,
    )
    generator_attribute_weight: float = option(
        10.0,
        "Weight of the generator's attribute loss (lambda_2).",
        minimum=0.0,
        group="Loss",
        paper=10,
    )
    reconstruction_weight: float = option(
        100.0,
        "Weight of the L1 reconstruction loss (lambda_3).",
        minimum=0.0,
        group="Loss",
        paper=100,
    )
    critic_steps_per_generator_step: int = option(
        5,
        "Discriminator updates per generator update, each on a fresh batch.",
        minimum=1,
        maximum=100,
        group="Schedule",
        paper=5,
    )

    @property
    def batches_per_iteration(self) -> int:
        """One batch for each critic update, and a fresh one for the generator's."""
        return self.critic_steps_per_generator_step + 1

    @property
    @abc.abstractmethod
    def label_rule(self) -> LabelRule:
        """How the generator's labels are computed."""


#: Loss weights, which do not depend on the networks.
FORCEABLE = frozenset(
    {
        "gradient_penalty_weight",
        "critic_attribute_weight",
        "generator_attribute_weight",
        "reconstruction_weight",
    }
)
