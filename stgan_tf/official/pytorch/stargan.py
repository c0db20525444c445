"""The generator of StarGAN (yunjey/stargan, 200000-G.ckpt)."""

import keras

from stgan_tf.config.training import TrainingConfig
from stgan_tf.frame import CELEBA_FRAME
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.pytorch.known_generator import (
    CELEBA_SQUARE,
    KnownGenerator,
    Mapped,
    count_matching,
    is_kernel,
    require_count,
    require_shape,
)
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.pytorch.weights_file import Arrays
from stgan_tf.official.stargan_variables import UNUSED, generator_variables

#: Layers of the official discriminator; fewer if the image size cannot be halved that often.
_DISCRIMINATOR_LAYERS = 6


class StarGANFile(KnownGenerator):
    """The official Generator(conv_dim, c_dim, repeat_num)."""

    system = "stargan"
    title = "StarGAN's Generator (yunjey/stargan)"
    image_size = 128
    crop = CELEBA_SQUARE
    crop_frame = CELEBA_FRAME
    training = TrainingConfig(
        batch_size=16, learning_rate=1e-4, num_iterations=40_000, decay_after_epochs=0
    )
    unused = UNUSED

    def fits(self, arrays: Arrays) -> bool:
        return is_kernel(arrays, "main.0.weight", 7)

    def other_network(self, arrays: Arrays) -> str:
        found = {"main.0.weight", "conv1.weight", "conv2.weight"} <= set(arrays)
        return "StarGAN's discriminator; give the generator (200000-G.ckpt)" if found else ""

    def settings(self, arrays: Arrays, image_size: int, names: tuple[str, ...]) -> dict:
        layers = _DISCRIMINATOR_LAYERS
        while layers > 2 and image_size % 2**layers:
            layers -= 1
        width = require_shape(arrays, "main.0.weight")[0]
        return {
            "generator_width": width,
            "residual_blocks": count_matching(arrays, r"main\.\d+\.main\.0\.weight"),
            "discriminator_layers": layers,
            "discriminator_width": width,  # official: 64 both
            "generator_attribute_weight": 1.0,
            "reconstruction_weight": 10.0,
            "generator_batch": "critic",
            "rate_decay": "linear",
        }

    def attributes(self, arrays: Arrays, names: tuple[str, ...]) -> tuple[str, ...]:
        channels = require_shape(arrays, "main.0.weight")[1]
        if channels < 4:
            raise OfficialCheckpointError(f"takes {channels} channels: no attribute besides RGB")
        require_count(names, channels - 3, " in the order of --selected_attrs in its training")
        return names

    def mapped(self, network: keras.Model, options: FileOptions) -> list[Mapped]:
        return [generator_variables(network)]
