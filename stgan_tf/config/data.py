"""The data of a run: where images and labels come from and how an image is prepared."""

import dataclasses
import math

from stgan_tf import attributes as attribute_names
from stgan_tf.entry_points import added
from stgan_tf.frame import CropRule, training_rule
from stgan_tf.options import Checked, ConfigError, option

#: --dataset, besides tfds:NAME and what other packages add.
DATASETS = ("folder", "parquet", "domains", "synthetic")

#: Where packages name theirs: an entry point per data set, its name the data set's, its object a
#: function of `DataConfig` that returns a folder in CelebA's layout, made once.
ENTRY_POINTS = "stgan_tf.sources"


@dataclasses.dataclass(frozen=True)
class DataConfig(Checked):
    """Where images and labels come from and how an image is prepared.

    A data_dir wins over dataset synthetic, which then becomes folder.
    """

    data_dir: str = option("", "Folder of the data set (CelebA's layout, or images and a CSV).")
    dataset: str = option(
        "folder",
        "folder (CelebA's layout or a CSV of attributes; Parquet files there are seen), parquet, "
        "domains (a folder a domain: trainA, trainB, testA, testB; train/<domain>, test/<domain>; "
        "or <domain>), tfds:NAME (tfds:celeb_a), or synthetic: drawn faces, unless there is a "
        "data_dir.",
    )
    synthetic_images: int = option(
        3000, "Faces to draw for --dataset=synthetic.", minimum=10, maximum=999_999
    )
    labels_file: str = option("", "Attribute file (CelebA text or CSV); empty: found in data_dir.")
    image_dir: str = option("", "Image folder; empty: CelebA's known folder names in data_dir.")
    attributes: tuple[str, ...] = option(
        attribute_names.PAPER_ATTRIBUTES,
        "Attributes to edit, comma separated (paper: 13). With --dataset=domains, not given or "
        "given empty: the second of two domains, or each of several.",
    )
    exclusive_attributes: bool = option(
        False,
        "An image has at most one of the attributes, so adding one takes the others away; set by "
        "itself for several of --dataset=domains.",
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
        if self.dataset == "domains" and self.attributes == attribute_names.PAPER_ATTRIBUTES:
            # None were given; `sources.domains.with_domains` takes them from the folders.
            object.__setattr__(self, "attributes", ())
        least = 0 if self.dataset == "domains" else 1
        if len(self.attributes) < least or len(set(self.attributes)) != len(self.attributes):
            raise ConfigError(
                "attributes", f"needs distinct names, at least one. Received: {self.attributes!r}."
            )
        known = (*DATASETS, *added(ENTRY_POINTS))
        if self.dataset not in known and not self.dataset.startswith("tfds:"):
            raise ConfigError(
                "dataset",
                f"must be one of {', '.join(known)} or tfds:NAME. Received: {self.dataset!r}.",
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
        if self.dataset in added(ENTRY_POINTS):
            return f"--dataset={self.dataset}"
        return self.data_dir or "no folder"

    def require_source(self) -> None:
        """Raises ConfigError where neither a data_dir nor a data set without one is named."""
        without_folder = self.dataset == "synthetic" or self.dataset in added(ENTRY_POINTS)
        if not (self.data_dir or without_folder):
            raise ConfigError(
                "data_dir",
                "is needed: name the folder of the data set, or try drawn faces with "
                "--dataset=synthetic. Received: an empty value.",
            )

    @property
    def conflicts(self) -> attribute_names.Conflicts:
        """What each attribute that is switched on switches off."""
        return attribute_names.conflicts_of(self.attributes, self.exclusive_attributes)

    @property
    def crop_rule(self) -> CropRule:
        """Which part of an image is trained on."""
        return training_rule(self.crop, self.image_size, self.crop_frame)
