"""FaderNet's settings."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.settings import UPSAMPLINGS, SystemSettings, require_divisible

#: Smallest image side (a power of 2) for which the patch discriminator's map is not empty.
MIN_SIDE = 32


@dataclasses.dataclass(frozen=True)
class FaderNetSettings(SystemSettings):
    """Settings of FaderNet (Lample et al., NIPS 2017). The help gives the official code's flags."""

    num_layers: int = option(
        6, "Encoder and decoder layers (official n_layers 6).", minimum=2, maximum=8
    )
    encoder_width: int = option(
        32, "Channels of the first encoder layer (official init_fm 32).", minimum=1
    )
    max_channels: int = option(
        512, "Maximum number of channels in any layer (official max_fm 512).", minimum=1
    )
    shortcut_layers: int = option(
        0, "Number of skip connections from encoder to decoder (official n_skip 0).", minimum=0
    )
    decoder_upsampling: str = option(
        "convtranspose",
        "Upsampling in the decoder: convtranspose, upsampling (nearest neighbour, then a "
        "convolution) or pixelshuffle (official deconv_method).",
        choices=UPSAMPLINGS,
    )
    encoder_norm: str = option(
        "batch",
        "Normalisation of the auto-encoder: batch or instance (official instance_norm).",
        choices=("batch", "instance"),
    )
    decoder_dropout: float = option(
        0.0,
        "Dropout in the three deepest decoder layers (official dec_dropout 0).",
        minimum=0.0,
        maximum=0.99,
    )
    latent_hidden_units: int = option(
        512, "Hidden units of the latent discriminator (official hid_dim 512).", minimum=1
    )
    latent_dropout: float = option(
        0.3,
        "Dropout in the latent discriminator (official lat_dis_dropout 0.3).",
        minimum=0.0,
        maximum=0.99,
    )
    reconstruction_weight: float = option(
        1.0, "Weight of the squared reconstruction error (official lambda_ae 1).", minimum=0.0
    )
    latent_weight: float = option(
        1e-4,
        "Weight of the loss for fooling the latent discriminator, at the end of the ramp (official "
        "lambda_lat_dis 0.0001).",
        minimum=0.0,
    )
    latent_ramp_iterations: int = option(
        500_000,
        "Iterations over which --latent_weight, --patch_weight and --classifier_weight rise from 0 "
        "(official lambda_schedule 500,000); 0: no ramp.",
        minimum=0,
    )
    patch_weight: float = option(
        0.0,
        "Weight of the loss for fooling a patch discriminator with edits for random labels, at the "
        "end of the ramp (official lambda_ptc_dis 0); 0: no patch discriminator.",
        minimum=0.0,
    )
    patch_steps: int = option(
        1,
        "Patch discriminator updates per iteration, if there is one (official n_ptc_dis, where 0 "
        "means that there is none).",
        minimum=1,
    )
    smooth_label: float = option(
        0.2,
        "The patch discriminator's target for edits; for photos it is 1 minus this value (official "
        "smooth_label 0.2).",
        minimum=0.0,
        maximum=0.499,
    )
    classifier_weight: float = option(
        0.0,
        "Weight of the classification loss of edits for random labels, by a classifier trained on "
        "photos, at the end of the ramp (official lambda_clf_dis 0); 0: no classifier.",
        minimum=0.0,
    )
    classifier_steps: int = option(
        1,
        "Classifier updates per iteration, if there is one (official n_clf_dis, where 0 means that "
        "there is none).",
        minimum=1,
    )
    attribute_groups: tuple[str, ...] = option(
        (),
        "Groups of mutually exclusive attributes, joined by +, each a single category with one "
        "value per attribute and one for none of them (official NAME.N, N values): "
        "Black_Hair+Blond_Hair,Straight_Hair+Wavy_Hair. If an image has several attributes of a "
        "group, the first one counts.",
    )

    @property
    def named_groups(self) -> list[list[str]]:
        """The attributes in each group of `attribute_groups`."""
        return [group.split("+") for group in self.attribute_groups]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.shortcut_layers > self.num_layers - 1:
            raise ConfigError(
                "shortcut_layers",
                f"must be at most num_layers - 1 = {self.num_layers - 1}. "
                f"Received: {self.shortcut_layers}.",
            )
        names = [name for group in self.named_groups for name in group]
        small = any(len(group) < 2 for group in self.named_groups)
        if small or "" in names or len(set(names)) < len(names):
            raise ConfigError(
                "attribute_groups",
                "must be groups of two or more attributes joined by +, with each attribute in only "
                f"one group. Received: {','.join(self.attribute_groups)!r}.",
            )

    def require_fitting(self, data: DataConfig) -> None:
        require_divisible(data, self.num_layers, "num_layers")
        if data.image_size & (data.image_size - 1):
            raise ConfigError(
                "image_size",
                "must be a power of 2 for fadernet, because the latent discriminator halves it "
                f"down to one pixel. Received: {data.image_size}.",
            )
        if self.patch_weight and data.image_size < MIN_SIDE:
            raise ConfigError(
                "image_size",
                f"must be at least {MIN_SIDE} for the patch discriminator: use larger images or "
                f"--patch_weight=0. Received: {data.image_size}.",
            )
        for group in self.named_groups:
            for name in group:
                if name not in data.attributes:
                    raise ConfigError(
                        "attribute_groups",
                        f"must name attributes of the run: add {name} to --attributes, or leave it "
                        f"out. Received: {'+'.join(group)!r}, attributes "
                        f"{','.join(data.attributes)}.",
                    )
