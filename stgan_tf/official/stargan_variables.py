"""Maps variables of the official StarGAN (yunjey/stargan, model.py) to ours."""

from collections.abc import Callable

import numpy as np

from stgan_tf.keras_versions import Variable
from stgan_tf.official.torch_arrays import flattened_kernel, kernel, unchanged
from stgan_tf.systems.stargan.discriminator import StarGANDiscriminator
from stgan_tf.systems.stargan.generator import ResidualBlock, StarGANGenerator

#: {official name: (our variable, function from the official array to our layout)}
Mapped = dict[str, tuple[Variable, Callable[[np.ndarray], np.ndarray]]]

#: Buffers of the official norms that are never used (official `track_running_stats`).
UNUSED = ("running_mean", "running_var", "num_batches_tracked")


def generator_variables(generator: StarGANGenerator) -> Mapped:
    """By the names in the official Generator's state_dict, without those in UNUSED."""
    mapped: Mapped = {}
    place = 0
    for block in generator.blocks:
        if isinstance(block, ResidualBlock):
            mapped |= _block(block.first, f"main.{place}.main.0", f"main.{place}.main.1")
            mapped |= _block(block.second, f"main.{place}.main.3", f"main.{place}.main.4")
            place += 1
        else:  # convolution, norm, ReLU
            mapped |= _block(block, f"main.{place}", f"main.{place + 1}")
            place += 3
    mapped[f"main.{place}.weight"] = generator.to_image.kernel, kernel
    return mapped


def discriminator_variables(discriminator: StarGANDiscriminator) -> Mapped:
    """By the names in the official Discriminator's state_dict."""
    mapped: Mapped = {}
    for i, convolution in enumerate(discriminator.convolutions):
        mapped[f"main.{2 * i}.weight"] = convolution.kernel, kernel
        mapped[f"main.{2 * i}.bias"] = convolution.bias, unchanged
    mapped["conv1.weight"] = discriminator.critic_logit.kernel, kernel
    mapped["conv2.weight"] = discriminator.attribute_logit.kernel, flattened_kernel
    return mapped


def _block(block, convolution: str, norm: str) -> Mapped:
    return {
        f"{convolution}.weight": (block.convolution.kernel, kernel),
        f"{norm}.weight": (block.normalization.gamma, unchanged),
        f"{norm}.bias": (block.normalization.beta, unchanged),
    }
