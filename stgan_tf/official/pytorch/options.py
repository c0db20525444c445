"""What a PyTorch generator's file cannot tell, and its flags."""

import dataclasses

from absl import flags

from stgan_tf.options import ConfigError

FLAGS = flags.FLAGS

#: --direction, as the official CycleGAN calls them.
DIRECTIONS = ("AtoB", "BtoA")


@dataclasses.dataclass(frozen=True)
class FileOptions:
    """Each field is a flag.

    Attributes:
        attributes: Names of the file's attributes, in the order of its training.
        image_size: Side of the images in pixels; 0: the official default.
        crop: As `DataConfig.crop`; empty: the official one.
        direction: Of CycleGAN: AtoB, the generator gives images the attribute, or BtoA, it takes
            it away.
        other_generator: Of CycleGAN: path of the generator of the other direction; empty: none.
    """

    attributes: tuple[str, ...] = ()
    image_size: int = 0
    crop: str = ""
    direction: str = "AtoB"
    other_generator: str = ""


def define_file_flags() -> None:
    """Defines the flags of `FileOptions`."""
    flags.DEFINE_list(
        "attributes",
        [],
        "Of a PyTorch file: its attributes, comma separated, in the order of its training "
        "(StarGAN's --selected_attrs, FaderNetworks' --attr); of CycleGAN the one that tells "
        "domain B from domain A, under any name.",
    )
    flags.DEFINE_integer(
        "image_size",
        0,
        "Of a PyTorch file: side of its training images in pixels; 0: the official default (128 "
        "for StarGAN, 256 for FaderNetworks and CycleGAN).",
        lower_bound=0,
    )
    flags.DEFINE_string(
        "crop",
        "",
        "Of a PyTorch file: the part of the images it was trained on, as --crop of "
        "stgan_tf.train; empty: the official one (the middle 178x178 of CelebA's 178x218 for "
        "StarGAN and FaderNetworks, whole images for CycleGAN).",
    )
    flags.DEFINE_enum(
        "direction",
        "AtoB",
        list(DIRECTIONS),
        "Of a CycleGAN file: AtoB if it gives images the attribute (latest_net_G_A.pth, where "
        "domain B has it), BtoA if it takes it away.",
    )
    flags.DEFINE_string(
        "other_generator",
        "",
        "Of CycleGAN: the file of the generator of the other direction (latest_net_G_B.pth).",
    )


def options_from_flags() -> FileOptions:
    """The parsed flags."""
    names = [field.name for field in dataclasses.fields(FileOptions)]
    values = {name: FLAGS[name].value for name in names}
    return FileOptions(**{**values, "attributes": tuple(FLAGS["attributes"].value)})


def require_none(options: FileOptions) -> None:
    """Raises ConfigError for an option that was set: a TensorFlow checkpoint has all of them in its
    setting.txt.
    """
    for field in dataclasses.fields(FileOptions):
        if (value := getattr(options, field.name)) != field.default:
            raise ConfigError(
                field.name,
                "is for PyTorch files; what a TensorFlow 1 checkpoint was trained with is in its "
                f"setting.txt. Received: {value!r}.",
            )
