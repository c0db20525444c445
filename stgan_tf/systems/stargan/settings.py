"""StarGAN's settings."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.critic_settings import CriticSettings
from stgan_tf.systems.label_rule import LabelRule
from stgan_tf.systems.settings import require_divisible


@dataclasses.dataclass(frozen=True)
class StarGANSettings(CriticSettings):
    """Settings of StarGAN (Choi et al., CVPR 2018). The help gives the official main.py's flags.

    Settings that STGAN has too have its defaults; flags/stargan.cfg has the published values.
    """

    generator_width: int = option(
        64, "Channels of the generator's first convolution (official g_conv_dim 64).", minimum=1
    )
    rate_decay: str = option(
        "steps",
        "Learning-rate decay: steps (--decay_after_epochs), linear (to 0 over the second half of "
        "the run, as published), coded (as solver.py computes it, hardly any decay).",
        choices=("steps", "linear", "coded"),
    )
    generator_batch: str = option(
        "fresh",
        "The generator's batch: fresh (a batch of its own, as in STGAN) or critic (that of the "
        "last critic update, as in the official code).",
        choices=("fresh", "critic"),
    )
    residual_blocks: int = option(6, "Residual blocks (official g_repeat_num 6).", minimum=1)
    attribute_softmax: bool = option(
        False,
        "Classify images with a softmax over the attributes, as the official code does for folders "
        "(RaFD): for three or more domains. Off: each attribute on its own.",
    )

    @property
    def batches_per_iteration(self) -> int:
        """One for each critic update, and one for the generator if it uses a fresh batch."""
        return self.critic_steps_per_generator_step + (self.generator_batch == "fresh")

    @property
    def label_rule(self) -> LabelRule:
        """The generator's labels are the target attributes in {0, 1}."""
        return LabelRule("binary")

    def require_fitting(self, data: DataConfig) -> None:
        require_divisible(data, max(2, self.discriminator_layers), "discriminator_layers")
        # Domains that have not been read from the folders yet give no attributes.
        one_of_several = data.exclusive_attributes and len(data.attributes) > 1
        if self.attribute_softmax and data.attributes and not one_of_several:
            raise ConfigError(
                "attribute_softmax",
                "needs several attributes of which each image has one: three or more domains "
                "(--dataset=domains), or --exclusive_attributes. Received: "
                f"{','.join(data.attributes)}.",
            )
