"""Generator, discriminator and the weights of the objective."""

import dataclasses

from stgan_tf.options import Checked, ConfigError, option

#: What a selective transfer unit passes to the next one.
STU_STATES = ("stu", "gru", "direct")

#: What a generator is given (`stgan_tf.systems.label_rule`).
LABEL_MODES = ("difference", "target", "binary")

_NORMS = ("none", "batch", "instance")


@dataclasses.dataclass(frozen=True)
class NetworkConfig(Checked):
    """Generator and discriminator (paper section 3; official train.py flags in the help)."""

    model: str = option(
        "stgan",
        "stgan (AttGAN's variants too) or stargan, which takes encoder_width, residual_blocks and "
        "the discriminator's layers and width of what follows.",
        choices=("stgan", "stargan"),
    )
    label_mode: str = option(
        "difference",
        "What the generator is given: difference (target - source: STGAN), target (-1/2 or 1/2: "
        "AttGAN) or binary (the target as 0 or 1: StarGAN).",
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
    multi_inputs: int = option(
        1, "Encoder layers fed with the downscaled image too (official option, 1).", minimum=1
    )
    extra_conv_kernel: int = option(
        0,
        "Kernel of an extra last decoder convolution; 0: none (official one_more_conv).",
        minimum=0,
    )
    residual_blocks: int = option(6, "StarGAN's residual blocks (6).", minimum=1)
    batch_norm_momentum: float = option(
        0.999,
        "Share of the generator's moving averages kept at each update (official 0.999).",
        minimum=0.0,
        maximum=1.0,
    )
    discriminator_layers: int = option(5, "Discriminator convolutions (5).", minimum=1, maximum=8)
    discriminator_width: int = option(64, "Channels of its first layer (64).", minimum=1)
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
        if self.multi_inputs > self.num_layers:
            raise ConfigError(
                "multi_inputs",
                f"must be at most num_layers = {self.num_layers}. Received: {self.multi_inputs}.",
            )


@dataclasses.dataclass(frozen=True)
class LossConfig(Checked):
    """Weights of the objective (paper equations 8-12)."""

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
