"""The generator's settings."""

import dataclasses

from stgan_tf.options import Checked, ConfigError, option
from stgan_tf.systems.settings import UPSAMPLINGS

#: What a selective transfer unit passes to the next one.
STU_STATES = ("stu", "gru", "direct")

#: The units on the skip connections with use_stu.
SKIP_UNITS = ("stu", "conv")

#: Settings that count layers after the first.
PER_LAYER = ("shortcut_layers", "inject_layers", "stu_inject_layers")

_NORMS = ("none", "batch", "instance")


@dataclasses.dataclass(frozen=True)
class GeneratorSettings(Checked):
    """Settings of the generator (paper section 3.3). The help gives the official flags.

    The variants of AttGAN have use_stu=False and shortcut_layers 0 (ED), 1, 2 or 4 (UNet).
    """

    num_layers: int = option(5, "Encoder and decoder layers.", minimum=2, maximum=8, paper=5)
    encoder_width: int = option(64, "Channels of the first encoder layer (official 64).", minimum=1)
    decoder_width: int = option(
        64, "Channels of the last hidden decoder layer (official 64).", minimum=1
    )
    max_channels: int = option(
        1024, "Maximum number of channels in any layer (official 1024).", minimum=1
    )
    shortcut_layers: int = option(
        4, "Number of skip connections from encoder to decoder (AttGAN 1).", minimum=0, paper=4
    )
    inject_layers: int = option(
        4,
        "Number of decoder layers after the first that receive the label (AttGAN 1).",
        minimum=0,
        paper=4,
    )
    use_stu: bool = option(True, "Selective transfer units on the skip connections.", paper="on")
    stu_width: int = option(64, "Channels of the shallowest unit's state (official 64).", minimum=1)
    stu_inject_layers: int = option(
        4, "Number of units after the deepest that receive the label (official 4).", minimum=0
    )
    stu_kernel_size: int = option(
        3, "Kernel size of the gate convolutions (official 3).", minimum=1, maximum=9
    )
    stu_norm: str = option("none", "Normalisation in the units (official: none).", choices=_NORMS)
    stu_state: str = option(
        "stu",
        "State passed to the next unit: stu (reset state), gru (output), direct (upsampled state).",
        choices=STU_STATES,
        paper="stu",
    )
    skip_unit: str = option(
        "stu",
        "Unit on the skip connections: stu, or conv, a convolution of encoder feature and label "
        "with stu_width, stu_kernel_size, stu_norm and leaky ReLU but no state (the paper's "
        "ablation conv; our re-derivation, no code was released).",
        choices=SKIP_UNITS,
    )
    skip_residual: bool = option(
        False,
        "Add the unit's output to the encoder feature instead of replacing it (the paper's "
        "ablations res, gru-res, conv-res; our re-derivation, no code was released).",
    )
    multi_inputs: int = option(
        1,
        "Number of encoder layers that receive the image, downscaled to their size (official 1).",
        minimum=1,
    )
    extra_conv_kernel: int = option(
        0,
        "Kernel size of an extra last decoder convolution; 0: none (official one_more_conv).",
        minimum=0,
    )
    decoder_upsampling: str = option(
        "convtranspose",
        "Upsampling in the decoder: convtranspose, upsampling (nearest neighbour, then a "
        "convolution) or pixelshuffle (FaderNet's deconv_method; for STGAN ours, not the paper's).",
        choices=UPSAMPLINGS,
        paper="convtranspose",
    )
    edit_mask: bool = option(
        False,
        "Let the decoder also output a mask, by which its image is blended with the input, as in "
        "GANimation (ours, not the paper's).",
        paper="off",
    )
    batch_norm_momentum: float = option(
        0.999,
        "Momentum of the generator's batch-normalisation moving averages (official 0.999).",
        minimum=0.0,
        maximum=1.0,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in PER_LAYER:
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
                "must be stu with --skip_unit=conv: convolutional units do not pass on a state. "
                f"Received: {self.stu_state!r}.",
            )
        if not self.skip_residual:
            return
        if not self.use_stu:
            raise ConfigError(
                "skip_residual", "needs --use_stu: without it there is no unit. Received: True."
            )
        # Both widths double in each layer up to max_channels, so the shallowest unit decides.
        doublings = self.num_layers - 1 - self.shortcut_layers
        of_unit, of_feature = (
            min(width << doublings, self.max_channels)
            for width in (self.stu_width, self.encoder_width)
        )
        if of_unit != of_feature:
            raise ConfigError(
                "stu_width",
                f"must equal encoder_width = {self.encoder_width} with --skip_residual, which adds "
                f"the units' outputs to the encoder features. Received: {self.stu_width}, which "
                f"gives the shallowest unit {of_unit} channels and its feature {of_feature}.",
            )
