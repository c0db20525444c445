"""STGAN's settings, which also describe the variants of AttGAN."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import option
from stgan_tf.systems.critic_settings import CriticSettings
from stgan_tf.systems.label_rule import LABEL_MODES, LabelRule
from stgan_tf.systems.settings import require_divisible
from stgan_tf.systems.stgan.generator_settings import GeneratorSettings


@dataclasses.dataclass(frozen=True)
class STGANSettings(GeneratorSettings, CriticSettings):
    """Settings of STGAN (paper section 3). The help gives the flags of the official train.py."""

    label_mode: str = option(
        "difference",
        "The generator's label: difference (target - source: STGAN), target (-1/2 or 1/2: AttGAN) "
        "or binary (the target as 0 or 1).",
        choices=LABEL_MODES,
        paper="difference",
    )
    label_scale: float = option(
        1.0, "Factor of the label (twice the official thres_int of 0.5).", minimum=1e-3
    )
    least_intensity: float = option(
        1.0,
        "Lower end of the intensities of training edits, drawn up to 1; the full change is the "
        "target at any of them (ours, not the paper's). 1: always 1.",
        minimum=0.1,
        maximum=1.0,
        paper=1,
    )
    attribute_noise: float = option(
        0.0,
        "Standard deviation of the noise on images in [-1, 1] whose attributes the discriminator "
        "learns and tells in training, so that changes too small to see do not convince it "
        "(ours, not the paper's).",
        minimum=0.0,
        maximum=2.0,
        group="Loss",
        paper=0,
    )
    discriminator_fc_units: int = option(
        1024,
        "Units in the hidden layer of each discriminator head.",
        minimum=1,
        paper="1024; 512 at 384 px",
    )

    @property
    def label_rule(self) -> LabelRule:
        """How the generator's labels are computed."""
        return LabelRule(self.label_mode, self.label_scale)

    def require_fitting(self, data: DataConfig) -> None:
        require_divisible(data, max(2, self.num_layers), "num_layers")
