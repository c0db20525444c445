"""The auto-encoder of FaderNetworks (facebookresearch/FaderNetworks), as a state dict."""

import keras

from stgan_tf.config.training import TrainingConfig
from stgan_tf.frame import CELEBA_FRAME
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.fadernet_variables import UNUSED, auto_encoder_variables
from stgan_tf.official.pytorch.known_generator import (
    CELEBA_SQUARE,
    KnownGenerator,
    Mapped,
    count_matching,
    is_kernel,
    require_shape,
)
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.pytorch.weights_file import Arrays
from stgan_tf.options import ConfigError

_FIRST = "enc_layers.0.0.weight"


class FaderNetFile(KnownGenerator):
    """The official AutoEncoder."""

    system = "fadernet"
    title = "FaderNetworks' AutoEncoder (facebookresearch/FaderNetworks)"
    image_size = 256
    crop = CELEBA_SQUARE
    crop_frame = CELEBA_FRAME
    training = TrainingConfig(
        batch_size=32, clip_gradient_norm=5.0, num_iterations=312_600, decay_after_epochs=0
    )
    unused = UNUSED

    def fits(self, arrays: Arrays) -> bool:
        return is_kernel(arrays, _FIRST, 4) and any(n.startswith("dec_layers.0.") for n in arrays)

    def other_network(self, arrays: Arrays) -> str:
        found = "proj_layers.0.weight" in arrays
        return "a discriminator or classifier of FaderNetworks; give its AutoEncoder" * found

    def settings(self, arrays: Arrays, image_size: int, names: tuple[str, ...]) -> dict:
        channels = _channels(arrays)
        upsampling, inputs = _decoder(arrays, len(channels))
        columns = _label_columns(arrays)
        groups = [category for category in _categories(arrays, names) if "+" in category]
        # A layer's input channels: previous output, label columns, and encoder output if skipped.
        outputs = [*channels[-2::-1], 3]
        skips = [
            i
            for i in range(1, len(channels))
            if inputs[i] - outputs[i - 1] - columns == channels[-1 - i]
        ]
        return {
            "num_layers": len(channels),
            "encoder_width": channels[0],
            "max_channels": max(channels),
            "latent_hidden_units": max(channels),  # official: 512 both
            "shortcut_layers": len(skips),
            "decoder_upsampling": upsampling,
            "attribute_groups": tuple(groups),
            "encoder_norm": "batch" if "enc_layers.1.1.running_mean" in arrays else "instance",
        }

    def attributes(self, arrays: Arrays, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names in the official order, whatever the order in --attr (`_categories`)."""
        return tuple("+".join(_categories(arrays, names)).split("+"))

    def mapped(self, network: keras.Model, options: FileOptions) -> list[Mapped]:
        return [auto_encoder_variables(network)]


def _channels(arrays: Arrays) -> list[int]:
    """The channels of the encoder's layers."""
    count = count_matching(arrays, r"enc_layers\.\d+\.0\.weight")
    return [require_shape(arrays, f"enc_layers.{i}.0.weight")[0] for i in range(count)]


def _decoder(arrays: Arrays, count: int) -> tuple[str, list[int]]:
    """The decoder's kind of upsampling, and the input channels of its layers."""
    if "dec_layers.0.1.weight" in arrays and arrays["dec_layers.0.1.weight"].ndim == 4:
        upsampling, name, axis = "upsampling", "dec_layers.{}.1.weight", 1
    elif is_kernel(arrays, "dec_layers.0.0.weight", 3):
        upsampling, name, axis = "pixelshuffle", "dec_layers.{}.0.weight", 1
    else:
        upsampling, name, axis = "convtranspose", "dec_layers.{}.0.weight", 0
    return upsampling, [require_shape(arrays, name.format(i))[axis] for i in range(count)]


def _label_columns(arrays: Arrays) -> int:
    """The first decoder layer's inputs besides the latent."""
    columns = _decoder(arrays, 1)[1][0] - _channels(arrays)[-1]
    if columns < 2:
        raise OfficialCheckpointError(f"has {columns} label columns, instead of two or more")
    return columns


def _categories(arrays: Arrays, names: tuple[str, ...]) -> list[str]:
    """The given attributes in the official order: sorted by their numbers of values, those of two
    values also by name. One of N values (--attr=NAME.N) is given as the names of its values but the
    first, joined by +; several with the same N stay in the given order, which must be the official
    one, as their official names are not known.
    """
    if not all(part for name in names for part in name.split("+")):
        raise ConfigError(
            "attributes",
            f"must be names, those of one attribute joined by +. Received: {','.join(names)}.",
        )
    columns = _label_columns(arrays)
    found = sum(len(name.split("+")) + 1 for name in names)
    if found != columns:
        received = ",".join(names) or "none"
        raise ConfigError(
            "attributes",
            f"must name the file's attributes, which have {columns} label columns: two for each "
            "attribute, or N for one of N values (--attr=NAME.N), which is given as the names of "
            "its values after the first, joined by + (Black_Hair+Blond_Hair for 3). Received: "
            f"{received}, for {found} columns.",
        )
    groups = (name for name in names if "+" in name)
    return sorted(name for name in names if "+" not in name) + sorted(
        groups, key=lambda name: name.count("+")
    )
