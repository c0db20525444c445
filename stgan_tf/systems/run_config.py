"""The configuration of a run: frozen dataclasses with ranges, JSON in and out.

Every field is one flag of the commands (same name). A field carries its help sentence, its range or
choices, and where the default comes from; defaults are the paper's (128 px CelebA model). The whole
`Config` is written to the run folder before the first step, and evaluate, edit and export read it
from there, never from flags.
"""

import dataclasses
import json
import math
from pathlib import Path

from stgan_tf import attributes as attribute_names
from stgan_tf.atomic_files import write_text
from stgan_tf.config_options import Checked, ConfigError, option
from stgan_tf.frame import CropRule, training_rule
from stgan_tf.training_config import TrainingConfig

#: --dataset, besides tfds:NAME.
DATASETS = ("folder", "parquet", "synthetic")


@dataclasses.dataclass(frozen=True)
class DataConfig(Checked):
    """Where images and labels come from and how an image is prepared.

    A data_dir wins over dataset synthetic, which then becomes folder.
    """

    data_dir: str = option("", "Folder of the data set (CelebA's layout, or images and a CSV).")
    dataset: str = option(
        "folder",
        "folder (CelebA's layout or a CSV of attributes; Parquet files there are seen), parquet, "
        "tfds:NAME (tfds:celeb_a), or synthetic: drawn faces, unless there is a data_dir.",
    )
    synthetic_images: int = option(
        3000, "Faces to draw for --dataset=synthetic.", minimum=10, maximum=999_999
    )
    labels_file: str = option("", "Attribute file (CelebA text or CSV); empty: found in data_dir.")
    image_dir: str = option("", "Image folder; empty: CelebA's known folder names in data_dir.")
    attributes: tuple[str, ...] = option(
        attribute_names.PAPER_ATTRIBUTES, "Attributes to edit, comma separated (paper: 13)."
    )
    image_size: int = option(
        128, "Side of the square training image in pixels (paper: 128).", minimum=8, maximum=2048
    )
    crop: str = option(
        "celeba",
        "celeba (170x170 at row 26, column 3 of 178x218, and of that shape at any scale; square "
        "images whole: paper), official (the same, but 148x148 at (40, 15) at 64 px, as the "
        "official code), none (any image whole), or TOP,LEFT,HEIGHT,WIDTH in pixels.",
    )
    crop_frame: tuple[int, ...] = option(
        (),
        "HEIGHT,WIDTH in pixels of the images that --crop is given for; empty: recorded from the "
        "first training image.",
        minimum=1,
    )
    split: str = option(
        "stgan",
        "stgan (first 182000 / 637 / rest: official code), partition (list_eval_partition) or "
        "fractions.",
        choices=("stgan", "partition", "fractions"),
    )
    split_fractions: tuple[float, ...] = option(
        (0.9, 0.05, 0.05), "Train, validation, test shares for --split=fractions.", minimum=0.0
    )
    skip_bad_images: bool = option(False, "Drop unreadable or wrong-sized images and count them.")
    cache: str = option(
        "none",
        "none, memory (decoded uint8 in RAM) or a file path for the decoded training images.",
    )
    horizontal_flip: bool = option(False, "Random mirror of training images (official: off).")
    balance_attributes: bool = option(
        False, "Draw training images so that rare attribute values appear more often."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.attributes) < 1 or len(set(self.attributes)) != len(self.attributes):
            raise ConfigError(
                "attributes", f"needs distinct names, at least one. Received: {self.attributes!r}."
            )
        if self.dataset not in DATASETS and not self.dataset.startswith("tfds:"):
            raise ConfigError(
                "dataset",
                f"must be one of {', '.join(DATASETS)} or tfds:NAME. Received: {self.dataset!r}.",
            )
        if self.dataset == "synthetic" and self.data_dir:
            # So that the flag files of drawn faces serve for any folder.
            object.__setattr__(self, "dataset", "folder")
        sides = self.crop_frame
        if len(sides) not in (0, 2) or not all(type(side) is int for side in sides):
            raise ConfigError(
                "crop_frame", f"must be HEIGHT,WIDTH in pixels, or empty. Received: {sides!r}."
            )
        training_rule(self.crop, self.image_size, sides)
        if self.split != "fractions" and self.split_fractions != (0.9, 0.05, 0.05):
            raise ConfigError(
                "split_fractions", f"needs --split=fractions. Received: --split={self.split}."
            )
        fractions = self.split_fractions
        if len(fractions) != 3 or not math.isclose(sum(fractions), 1.0, abs_tol=1e-6):
            raise ConfigError(
                "split_fractions", f"needs three shares that sum to 1. Received: {fractions!r}."
            )

    @property
    def source(self) -> str:
        """What the images are, for messages and reports."""
        if self.dataset == "synthetic":
            return f"{self.synthetic_images} drawn faces (--dataset=synthetic)"
        return self.data_dir or "no folder"

    def require_source(self) -> None:
        """Raises ConfigError where neither a data_dir nor a data set without one is named."""
        if not self.data_dir and self.dataset != "synthetic":
            raise ConfigError(
                "data_dir",
                "is needed: name the folder of the data set, or try drawn faces with "
                "--dataset=synthetic. Received: an empty value.",
            )

    @property
    def crop_rule(self) -> CropRule:
        """Which part of an image is trained on."""
        return training_rule(self.crop, self.image_size, self.crop_frame)


#: --strategy, which is not part of a run: it may be continued on other devices.
STRATEGIES = ("auto", "single", "mirrored", "multiworker")

#: What a selective transfer unit passes to the next one.
STU_STATES = ("stu", "gru", "direct")

#: What a generator is given (`stgan_tf.networks.label_rule`).
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


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that determines a run."""

    data: DataConfig = DataConfig()
    network: NetworkConfig = NetworkConfig()
    loss: LossConfig = LossConfig()
    training: TrainingConfig = TrainingConfig()

    def __post_init__(self) -> None:
        layers = "discriminator_layers" if self.network.model == "stargan" else "num_layers"
        step = 2 ** max(2, getattr(self.network, layers))
        if self.data.image_size % step:
            raise ConfigError(
                "image_size",
                f"must be divisible by 2^{layers} = {step}. Received: {self.data.image_size}.",
            )

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Reads `to_json`'s text. Unknown sections or fields raise ConfigError."""
        sections = json.loads(text)
        parts = {}
        known = {field.name: field.type for field in dataclasses.fields(cls)}
        for name, values in sections.items():
            if name not in known:
                raise ConfigError(name, "unknown section of config.json.")
            kind = known[name]
            fields = {field.name for field in dataclasses.fields(kind)}
            for field in values:
                if field not in fields:
                    raise ConfigError(field, f"unknown field of section {name} in config.json.")
            parts[name] = kind(**values)
        return cls(**parts)

    def write(self, path: Path) -> None:
        write_text(path, self.to_json() + "\n")

    @classmethod
    def read(cls, path: Path) -> "Config":
        if not path.is_file():
            raise FileNotFoundError(
                f"No {path.name} in {path.parent}: it is no run folder of stgan_tf.train."
            )
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise ConfigError("run_dir", f"{path} is not JSON: {error}.") from error
