"""STGAN's settings; AttGAN's variants are some of them."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.critic_settings import CriticSettings
from stgan_tf.systems.label_rule import LABEL_MODES
from stgan_tf.systems.settings import require_divisible

#: What a selective transfer unit passes to the next one.
STU_STATES = ("stu", "gru", "direct")

#: What sits on the skip connections with use_stu.
SKIP_UNITS = ("stu", "conv")

_NORMS = ("none", "batch", "instance")


@dataclasses.dataclass(frozen=True)
class STGANSettings(CriticSettings):
    """Generator and discriminator (paper section 3; official train.py flags in the help)."""

    label_mode: str = option(
        "difference",
        "What the generator is given: difference (target - source: STGAN), target (-1/2 or 1/2: "
        "AttGAN) or binary (the target as 0 or 1).",
        choices=LABEL_MODES,
    )
    label_scale: float = option(
        1.0, "Factor of that vector (twice the official thres_int of 0.5).", minimum=1e-3
    )
    num_layers: int = option(5, "Encoder and decoder layers (paper: 5).", minimum=2, maximum=8)
    encoder_width: int = option(64, "Channels of the first encoder layer (64).", minimum=1)
    decoder_width: int = option(64, "Channels of the last hidden decoder layer (64).", minimum=1)
    max_channels: int = option(1024, "Upper limit of channels in any layer (1024).", minimum=1)
    shortcut_layers: int = option(
        4, "Skip connections from encoder to decoder (STGAN 4, AttGAN 1).", minimum=0
    )
    inject_layers: int = option(
        4, "Decoder layers after the first that are given the label (STGAN 4, AttGAN 1).", minimum=0
    )
    use_stu: bool = option(True, "Selective transfer units on the skip connections (paper: yes).")
    stu_width: int = option(64, "Channels of the shallowest unit's state (64).", minimum=1)
    stu_inject_layers: int = option(
        4, "Units after the deepest that are given the label (4).", minimum=0
    )
    stu_kernel_size: int = option(3, "Kernel of the gates' convolutions (3).", minimum=1, maximum=9)
    stu_norm: str = option("none", "Normalisation in the units (official: none).", choices=_NORMS)
    stu_state: str = option(
        "stu",
        "State passed to the next unit: stu (reset state: paper), gru (output), direct.",
        choices=STU_STATES,
    )
    skip_unit: str = option(
        "stu",
        "On the skip connections: stu, or conv: a convolution of encoder feature and label in the "
        "unit's place, of stu_width, stu_kernel_size and stu_norm, leaky ReLU, no state (the "
        "paper's ablation conv; our re-derivation, no code was released).",
        choices=SKIP_UNITS,
    )
    skip_residual: bool = option(
        False,
        "Add the unit's output to the encoder feature instead of replacing it (the paper's "
        "ablations res, gru-res, conv-res; our re-derivation, no code was released).",
    )
    multi_inputs: int = option(
        1, "Encoder layers fed with the downscaled image too (official option, 1).", minimum=1
    )
    extra_conv_kernel: int = option(
        0,
        "Kernel of an extra last decoder convolution; 0: none (official one_more_conv).",
        minimum=0,
    )
    batch_norm_momentum: float = option(
        0.999,
        "Share of the generator's moving averages kept at each update (official 0.999).",
        minimum=0.0,
        maximum=1.0,
    )
    discriminator_fc_units: int = option(
        1024, "Units of each head's hidden layer (paper 1024; 512 at 384 px).", minimum=1
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("shortcut_layers", "inject_layers", "stu_inject_layers"):
            if getattr(self, name) > self.num_layers - 1:
                raise ConfigError(
                    name,
                    f"must be at most num_layers - 1 = {self.num_layers - 1}. "
                    f"Received: {getattr(self, name)}.",
                )
        if self.use_stu and not self.shortcut_layers:
            raise ConfigError(
                "shortcut_layers",
                "must be at least 1 with --use_stu: the units sit on the skip connections. "
                "Received: 0.",
            )
        self._require_fitting_units()
        if self.multi_inputs > self.num_layers:
            raise ConfigError(
                "multi_inputs",
                f"must be at most num_layers = {self.num_layers}. Received: {self.multi_inputs}.",
            )

    def _require_fitting_units(self) -> None:
        if self.skip_unit != "stu" and not self.use_stu:
            raise ConfigError(
                "skip_unit",
                f"needs --use_stu: without it there is no unit. Received: {self.skip_unit!r}.",
            )
        if self.skip_unit == "conv" and self.stu_state != "stu":
            raise ConfigError(
                "stu_state",
                "must be stu with --skip_unit=conv: convolutional units pass no state on. "
                f"Received: {self.stu_state!r}.",
            )
        if not self.skip_residual:
            return
        if not self.use_stu:
            raise ConfigError(
                "skip_residual", "needs --use_stu: without it there is no unit. Received: True."
            )
        # Widths are doubled a layer alike, up to max_channels: the shallowest unit decides.
        doublings = self.num_layers - 1 - self.shortcut_layers
        of_unit, of_feature = (
            min(width << doublings, self.max_channels)
            for width in (self.stu_width, self.encoder_width)
        )
        if of_unit != of_feature:
            raise ConfigError(
                "stu_width",
                f"must be encoder_width = {self.encoder_width} with --skip_residual, which adds "
                f"the units' outputs to the encoder features. Received: {self.stu_width}, with "
                f"which the shallowest unit has {of_unit} channels and its feature {of_feature}.",
            )

    def require_fitting(self, data: DataConfig) -> None:
        require_divisible(data, max(2, self.num_layers), "num_layers")
