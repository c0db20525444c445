"""The data of a run: where images and labels come from, and how images are preprocessed."""

import dataclasses
import math
from typing import ClassVar

from stgan_tf import attributes as attribute_names
from stgan_tf.entry_points import added
from stgan_tf.frame import CropRule, training_rule
from stgan_tf.options import Checked, ConfigError, option
from stgan_tf.squaring import RESIZES, STRETCH

#: Values of --dataset, besides tfds:NAME and the data sets that other packages add.
DATASETS = ("folder", "parquet", "domains", "synthetic")

#: The default of --seasons.
DEFAULT_SEASONS = ("summer", "winter")

#: Entry point group for the data sets of other packages. An entry point's name is the data set's;
#: its object is a function that takes a `DataConfig` and returns a folder in CelebA's layout, which
#: it creates if it does not exist yet.
ENTRY_POINTS = "stgan_tf.sources"


@dataclasses.dataclass(frozen=True)
class DataConfig(Checked):
    """Where images and labels come from, and how images are preprocessed.

    A data_dir takes precedence over dataset="synthetic", which then becomes "folder", or "domains"
    for landscapes. Each field is a flag; its help says what it means.
    """

    GROUP: ClassVar[str] = "Data"

    data_dir: str = option("", "Folder of the data set (CelebA's layout, or images and a CSV).")
    dataset: str = option(
        "folder",
        "folder (CelebA's layout or a CSV of attributes; Parquet files are detected), parquet, "
        "domains (one folder per domain: trainA, trainB, testA, testB; train/<domain>, "
        "test/<domain>; or <domain>), tfds:NAME (as in tfds:celeb_a), or synthetic (drawn images, "
        "unless --data_dir is given).",
    )
    synthetic_images: int = option(
        3000, "Images to draw for --dataset=synthetic.", minimum=10, maximum=999_999
    )
    scene: str = option(
        "faces",
        "What --dataset=synthetic draws: faces, or landscapes whose --seasons are the domains. "
        "Landscapes are drawn at --image_size, but at least at 128 and at most at 1024 pixels.",
        choices=("faces", "landscapes"),
    )
    seasons: tuple[str, ...] = option(
        DEFAULT_SEASONS,
        "Two or more of spring, summer, autumn, winter for --scene=landscapes.",
    )
    labels_file: str = option(
        "", "Attribute file (CelebA's text format or CSV); empty: searched for in data_dir."
    )
    image_dir: str = option(
        "", "Image folder; empty: one of CelebA's usual folder names in data_dir."
    )
    attributes: tuple[str, ...] = option(
        attribute_names.PAPER_ATTRIBUTES,
        "Attributes to edit, comma-separated. With --dataset=domains the default is the second of "
        "two domains, or all of three or more; so is an empty value.",
        paper="these 13",
    )
    domains: tuple[str, ...] = option(
        (),
        "Names of the domains of --dataset=domains, sorted; empty: taken from the folders.",
    )
    exclusive_attributes: bool = option(
        False,
        "An image has at most one of the attributes, so adding one removes the others. Set "
        "automatically for three or more domains.",
    )
    image_size: int = option(
        128, "Side of the square training image in pixels.", minimum=8, maximum=2048, paper=128
    )
    crop: str = option(
        "",
        "celeba (the default: 170x170 at row 26, column 3 of 178x218 images, scaled with images of "
        "that shape; square images are kept whole), official (the same, but 148x148 at (40, 15) at "
        "64 px, as in the official code), none (whole images: the default of --dataset=domains), "
        "or TOP,LEFT,HEIGHT,WIDTH in pixels.",
        paper="celeba",
    )
    crop_frame: tuple[int, ...] = option(
        (),
        "HEIGHT,WIDTH in pixels of the images that --crop refers to; empty: taken from the first "
        "training image.",
        minimum=1,
    )
    resize: str = option(
        "",
        "How an image that is not square after --crop is made square: stretch (the aspect ratio "
        "changes; the default of --dataset=domains), cover (center crop), contain (the whole image "
        "with reflection padding). Empty: as stretch, but the model then edits square images only.",
        choices=("", *RESIZES),
    )
    load_size: int = option(
        0,
        "Side in pixels to which training images are resized before a random crop of --image_size "
        "(often 286 for 256); 0: no random crop.",
        minimum=0,
        maximum=4096,
    )
    split: str = option(
        "stgan",
        "stgan (first 182000 / 637 / rest, as in the official code), partition "
        "(list_eval_partition) or fractions.",
        choices=("stgan", "partition", "fractions"),
    )
    split_fractions: tuple[float, ...] = option(
        (0.9, 0.05, 0.05), "Train, validation, test shares for --split=fractions.", minimum=0.0
    )
    skip_bad_images: bool = option(False, "Skip and count unreadable or wrong-sized images.")
    cache: str = option(
        "none",
        "none, memory (decoded uint8 in RAM) or a file path for the decoded training images.",
    )
    horizontal_flip: bool = option(False, "Randomly mirror training images (official: off).")
    balance_attributes: bool = option(
        False, "Sample training images so that rare attribute values appear more often."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dataset == "synthetic" and self.data_dir:
            # So that the flag files for drawn images work with any folder.
            kind = "domains" if self.has_domains else "folder"
            object.__setattr__(self, "dataset", kind)
        if not self.crop:
            object.__setattr__(self, "crop", "none" if self.has_domains else "celeba")
        if self.has_domains and not self.resize:
            object.__setattr__(self, "resize", STRETCH)
        if self.has_domains and self.attributes == attribute_names.PAPER_ATTRIBUTES:
            # None were given; `sources.domains.with_domains` takes them from the folders.
            object.__setattr__(self, "attributes", ())
        least = 0 if self.has_domains else 1
        if len(self.attributes) < least or len(set(self.attributes)) != len(self.attributes):
            raise ConfigError(
                "attributes",
                f"must be distinct names, at least one. Received: {self.attributes!r}.",
            )
        known = (*DATASETS, *added(ENTRY_POINTS))
        if self.dataset not in known and not self.dataset.startswith("tfds:"):
            raise ConfigError(
                "dataset",
                f"must be one of {', '.join(known)} or tfds:NAME. Received: {self.dataset!r}.",
            )
        if self.seasons != DEFAULT_SEASONS and self.scene != "landscapes":
            raise ConfigError(
                "seasons", f"needs --scene=landscapes. Received: --scene={self.scene}."
            )
        sides = self.crop_frame
        if len(sides) not in (0, 2) or not all(type(side) is int for side in sides):
            raise ConfigError(
                "crop_frame", f"must be HEIGHT,WIDTH in pixels, or empty. Received: {sides!r}."
            )
        training_rule(self.crop, self.image_size, sides, self.resize)
        if 0 < self.load_size < self.image_size:
            raise ConfigError(
                "load_size",
                f"must be at least --image_size={self.image_size}, the side of the random crops, "
                f"or 0. Received: {self.load_size}.",
            )
        if self.split != "fractions" and self.split_fractions != (0.9, 0.05, 0.05):
            raise ConfigError(
                "split_fractions", f"needs --split=fractions. Received: --split={self.split}."
            )
        fractions = self.split_fractions
        if len(fractions) != 3 or not math.isclose(sum(fractions), 1.0, abs_tol=1e-6):
            raise ConfigError(
                "split_fractions", f"must be three shares that sum to 1. Received: {fractions!r}."
            )

    @property
    def has_domains(self) -> bool:
        """Whether the attributes are domains: folders of images, or drawn seasons."""
        drawn = self.dataset == "synthetic" and self.scene == "landscapes"
        return drawn or self.dataset == "domains"

    @property
    def source(self) -> str:
        """A description of where the images come from, for messages and reports."""
        if self.dataset == "synthetic":
            return f"{self.synthetic_images} drawn {self.scene} (--dataset=synthetic)"
        if self.dataset in added(ENTRY_POINTS):
            return f"--dataset={self.dataset}"
        return self.data_dir or "no folder"

    def require_source(self) -> None:
        """Raises ConfigError if there is no data_dir and the data set needs one."""
        without_folder = self.dataset == "synthetic" or self.dataset in added(ENTRY_POINTS)
        if not (self.data_dir or without_folder):
            raise ConfigError(
                "data_dir",
                "is required: give the folder of the data set, or try drawn faces with "
                "--dataset=synthetic. Received: an empty value.",
            )

    @property
    def known_domains(self) -> tuple[str, ...]:
        """The names of the known domains; empty if the data set has none.

        Runs of earlier versions recorded only the domains that are attributes.
        """
        return self.domains or (self.attributes if self.has_domains else ())

    @property
    def conflicts(self) -> attribute_names.Conflicts:
        """For each attribute, the attributes that adding it removes."""
        return attribute_names.conflicts_of(self.attributes, self.exclusive_attributes)

    @property
    def crop_rule(self) -> CropRule:
        """Which part of an image is trained on."""
        return training_rule(self.crop, self.image_size, self.crop_frame, self.resize)
