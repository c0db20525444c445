"""Generators of CycleGAN (junyanz/pytorch-CycleGAN-and-pix2pix, latest_net_G_A.pth)."""

import keras

from stgan_tf.config.training import TrainingConfig
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.cyclegan_variables import network_variables
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
from stgan_tf.squaring import STRETCH


class CycleGANFile(KnownGenerator):
    """The official ResnetGenerator of one direction, with instance normalisation."""

    system = "cyclegan"
    title = "CycleGAN's ResnetGenerator (junyanz/pytorch-CycleGAN-and-pix2pix)"
    image_size = 256
    crop = "none"
    #: As in test.py: --preprocess=resize_and_crop with load_size equal to crop_size.
    resize = STRETCH
    training = TrainingConfig(batch_size=1)
    #: Buffers of instance norms in PyTorch before 0.4, which did not use them either.
    unused = ("running_mean", "running_var", "num_batches_tracked")

    def fits(self, arrays: Arrays) -> bool:
        return is_kernel(arrays, "model.1.weight", 7)

    def other_network(self, arrays: Arrays) -> str:
        if is_kernel(arrays, "model.0.weight", 4):
            return "CycleGAN's discriminator; give a generator (latest_net_G_A.pth)"
        if any(name.startswith("model.model.") for name in arrays):
            return "a U-Net of pix2pix, which is not supported; train with --netG=resnet_9blocks"
        return ""

    def settings(self, arrays: Arrays, image_size: int, names: tuple[str, ...]) -> dict:
        width, channels = require_shape(arrays, "model.1.weight")[:2]
        if channels != 3:
            raise OfficialCheckpointError(f"takes {channels}-channel images instead of RGB")
        if "model.2.weight" in arrays:
            raise OfficialCheckpointError(
                "has batch normalisation (--norm=batch), but only --norm=instance is supported"
            )
        if count_matching(arrays, r"model\.\d+\.conv_block\.6\.weight"):
            raise OfficialCheckpointError(
                "has dropout in its residual blocks (trained without --no_dropout), which is not "
                "supported"
            )
        blocks = count_matching(arrays, r"model\.\d+\.conv_block\.1\.weight")
        return {
            "generator_width": width,
            "residual_blocks": blocks,
            "discriminator_width": width,  # official: 64 both
        }

    def attributes(self, arrays: Arrays, names: tuple[str, ...]) -> tuple[str, ...]:
        require_count(names, 1, ", which images of domain B have and images of domain A do not")
        return names

    def mapped(self, network: keras.Model, options: FileOptions) -> list[Mapped]:
        generators = [network.generator_a, network.generator_b]
        if options.direction == "BtoA":
            generators.reverse()
        return [network_variables(generator) for generator in generators]
