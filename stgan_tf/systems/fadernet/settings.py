"""FaderNet's settings."""

import dataclasses

from stgan_tf.config.data import DataConfig
from stgan_tf.options import ConfigError, option
from stgan_tf.systems.settings import SystemSettings, require_divisible

#: How the decoder doubles the size.
UPSAMPLINGS = ("convtranspose", "upsampling", "pixelshuffle")


@dataclasses.dataclass(frozen=True)
class FaderNetSettings(SystemSettings):
    """Auto-encoder and latent discriminator (Lample et al., NIPS 2017; the options of the official
    train.py in the help).
    """

    num_layers: int = option(
        6, "Encoder and decoder layers (official n_layers 6).", minimum=2, maximum=8
    )
    encoder_width: int = option(
        32, "Channels of the first encoder layer (official init_fm 32).", minimum=1
    )
    max_channels: int = option(
        512, "Upper limit of channels in any layer (official max_fm 512).", minimum=1
    )
    shortcut_layers: int = option(
        0, "Skip connections from encoder to decoder (official n_skip 0).", minimum=0
    )
    decoder_upsampling: str = option(
        "convtranspose",
        "How the decoder doubles the size: convtranspose, upsampling (nearest pixels, then a "
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
        1.0, "Squared error of the reconstruction (official lambda_ae 1).", minimum=0.0
    )
    latent_weight: float = option(
        1e-4,
        "Weight of deceiving the latent discriminator, at the end of the ramp (official "
        "lambda_lat_dis 0.0001).",
        minimum=0.0,
    )
    latent_ramp_iterations: int = option(
        500_000,
        "Iterations over which that weight rises from 0 (official lambda_schedule 500,000); 0: it "
        "has its value from the first.",
        minimum=0,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.shortcut_layers > self.num_layers - 1:
            raise ConfigError(
                "shortcut_layers",
                f"must be at most num_layers - 1 = {self.num_layers - 1}. "
                f"Received: {self.shortcut_layers}.",
            )

    def require_fitting(self, data: DataConfig) -> None:
        require_divisible(data, self.num_layers, "num_layers")
        if data.image_size & (data.image_size - 1):
            raise ConfigError(
                "image_size",
                "must be a power of 2 for fadernet, whose latent discriminator halves it down to "
                f"one pixel. Received: {data.image_size}.",
            )
