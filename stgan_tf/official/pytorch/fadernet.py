"""The auto-encoder of FaderNetworks (facebookresearch/FaderNetworks), as a state dict."""

import keras

from stgan_tf.config.training import TrainingConfig
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.fadernet_variables import UNUSED, auto_encoder_variables
from stgan_tf.official.pytorch.known_generator import (
    KnownGenerator,
    Mapped,
    count_matching,
    is_kernel,
    require_count,
    require_shape,
)
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.pytorch.weights_file import Arrays

_FIRST = "enc_layers.0.0.weight"


class FaderNetGenerator(KnownGenerator):
    """The official AutoEncoder."""

    system = "fadernet"
    title = "FaderNetworks' AutoEncoder (facebookresearch/FaderNetworks)"
    image_size = 256
    crop = "20,0,178,178"
    crop_frame = (218, 178)
    training = TrainingConfig(
        batch_size=32, clip_gradient_norm=5.0, num_iterations=312_600, decay_after_epochs=0
    )
    unused = UNUSED

    def fits(self, arrays: Arrays) -> bool:
        return is_kernel(arrays, _FIRST, 4) and any(n.startswith("dec_layers.0.") for n in arrays)

    def other_network(self, arrays: Arrays) -> str:
        found = "proj_layers.0.weight" in arrays
        return "a discriminator or classifier of FaderNetworks; give its AutoEncoder" * found

    def settings(self, arrays: Arrays, image_size: int) -> dict:
        channels = _channels(arrays)
        upsampling, inputs = _decoder(arrays, len(channels))
        columns = 2 * _attribute_count(arrays)
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
            "encoder_norm": "batch" if "enc_layers.1.1.running_mean" in arrays else "instance",
        }

    def attributes(self, arrays: Arrays, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names, sorted as the official code does regardless of the order in --attr."""
        require_count(names, _attribute_count(arrays), " (the official code sorts them by name)")
        return tuple(sorted(names))

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


def _attribute_count(arrays: Arrays) -> int:
    """Half the label columns, which are the first decoder layer's inputs besides the latent."""
    channels = _channels(arrays)
    columns = _decoder(arrays, 1)[1][0] - channels[-1]
    if columns < 2 or columns % 2:
        raise OfficialCheckpointError(
            f"has {columns} label columns instead of two per attribute; attributes with other "
            "numbers of values (--attr=name.3) are not supported"
        )
    return columns // 2
