"""Options that a PyTorch generator's file does not contain, and their flags."""

import dataclasses

from absl import flags

from stgan_tf.flag_notes import flag_group
from stgan_tf.options import ConfigError

FLAGS = flags.FLAGS

#: The codes whose generators can be imported.
PYTORCH_CODES = "StarGAN, FaderNetworks, CycleGAN"
#: Values of --direction, as in the official CycleGAN.
DIRECTIONS = ("AtoB", "BtoA")


@dataclasses.dataclass(frozen=True)
class FileOptions:
    """Options for importing a PyTorch generator. Each field is a flag.

    Attributes:
        attributes: Names of the file's attributes, in the order used in its training.
        image_size: Side of the images in pixels; 0: the official default.
        crop: As `DataConfig.crop`; empty: the official one.
        direction: For CycleGAN: AtoB if the generator adds the attribute, BtoA if it removes it.
        other_generator: For CycleGAN: path of the generator for the other direction; empty: none.
    """

    attributes: tuple[str, ...] = ()
    image_size: int = 0
    crop: str = ""
    direction: str = "AtoB"
    other_generator: str = ""


def define_file_flags() -> None:
    """Defines the flags of `FileOptions`."""
    with flag_group("PyTorch generator"):
        flags.DEFINE_list(
            "attributes",
            [],
            "For a PyTorch file: its attributes, comma-separated, in the order used in training "
            "(StarGAN's --selected_attrs, FaderNetworks' --attr, where one of N values is given as "
            "the names of its values after the first, joined by +); for CycleGAN the attribute "
            "that distinguishes domain B from domain A, under any name.",
        )
        flags.DEFINE_integer(
            "image_size",
            0,
            "For a PyTorch file: side of its training images in pixels; 0: the official default "
            "(128 for StarGAN, 256 for FaderNetworks and CycleGAN).",
            lower_bound=0,
        )
        flags.DEFINE_string(
            "crop",
            "",
            "For a PyTorch file: how its training images were cropped, as a value of --crop of "
            "stgan_tf.train; empty: as in the official code (the middle 178x178 of CelebA's "
            "178x218 for StarGAN and FaderNetworks, whole images for CycleGAN).",
        )
        flags.DEFINE_enum(
            "direction",
            "AtoB",
            list(DIRECTIONS),
            "For a CycleGAN file: AtoB if it adds the attribute (latest_net_G_A.pth, if images of "
            "domain B have it), BtoA if it removes it.",
        )
        flags.DEFINE_string(
            "other_generator",
            "",
            "For CycleGAN: the file of the generator for the other direction (latest_net_G_B.pth).",
        )


def options_from_flags() -> FileOptions:
    """The options that the parsed flags give."""
    names = [field.name for field in dataclasses.fields(FileOptions)]
    values = {name: FLAGS[name].value for name in names}
    return FileOptions(**{**values, "attributes": tuple(FLAGS["attributes"].value)})


def require_none(options: FileOptions) -> None:
    """Raises ConfigError if an option was set: a TensorFlow checkpoint has them in setting.txt."""
    for field in dataclasses.fields(FileOptions):
        if (value := getattr(options, field.name)) != field.default:
            raise ConfigError(
                field.name,
                "is for PyTorch files; for a TensorFlow 1 checkpoint it is read from setting.txt. "
                f"Received: {value!r}.",
            )
