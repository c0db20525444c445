"""StarGAN's settings."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.critic_settings import CriticSettings
from stgan_tf.systems.settings import require_divisible


@dataclasses.dataclass(frozen=True)
class StarGANSettings(CriticSettings):
    """Generator and discriminator (Choi et al., CVPR 2018; official main.py's flags in the help).

    The defaults are STGAN's where both have the setting; flags/stargan.cfg has the published ones.
    """

    generator_width: int = option(
        64, "Channels of the generator's first convolution (official g_conv_dim 64).", minimum=1
    )
    rate_decay: str = option(
        "steps",
        "How the rate falls: steps (--decay_after_epochs), linear (to 0 over the last half of the "
        "run: published), coded (as solver.py computes it, which hardly falls).",
        choices=("steps", "linear", "coded"),
    )
    generator_batch: str = option(
        "fresh",
        "What the generator is trained on: fresh (a batch of its own, as STGAN) or critic (that of "
        "the last critic update: official).",
        choices=("fresh", "critic"),
    )
    residual_blocks: int = option(6, "Residual blocks (official g_repeat_num 6).", minimum=1)
    attribute_softmax: bool = option(
        False,
        "Classify an image as one of the attributes, as the official code does for folders (RaFD): "
        "for all of several domains; else each attribute by itself.",
    )

    def require_fitting(self, data: DataConfig) -> None:
        require_divisible(data, max(2, self.discriminator_layers), "discriminator_layers")
        # Domains that are still to be named have none yet.
        one_of_several = data.exclusive_attributes and len(data.attributes) > 1
        if self.attribute_softmax and data.attributes and not one_of_several:
            raise ConfigError(
                "attribute_softmax",
                "needs several attributes of which each image has one, as more than two of "
                "--dataset=domains are (or --exclusive_attributes). Received: "
                f"{','.join(data.attributes)}.",
            )
