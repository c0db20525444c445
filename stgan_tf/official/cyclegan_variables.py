"""Maps variables of the official CycleGAN (pytorch-CycleGAN-and-pix2pix, networks.py) to ours."""

from collections.abc import Callable

import keras
import numpy as np

from stgan_tf.keras_versions import Variable
from stgan_tf.official.torch_arrays import kernel, unchanged
from stgan_tf.systems.cyclegan.discriminator import PatchDiscriminator
from stgan_tf.systems.cyclegan.generator import ReflectingResidualBlock, ResnetGenerator

#: {official name: (our variable, function from the official array to our layout)}
Mapped = dict[str, tuple[Variable, Callable[[np.ndarray], np.ndarray]]]


def network_variables(network: ResnetGenerator | PatchDiscriminator) -> Mapped:
    """By the names in the official network's state_dict, whose `model` has our layers in order."""
    mapped: Mapped = {}
    for place, layer in enumerate(network.sequence):
        if isinstance(layer, ReflectingResidualBlock):
            for inner, part in enumerate(layer.sequence):
                mapped |= _layer(part, f"model.{place}.conv_block.{inner}")
        else:
            mapped |= _layer(layer, f"model.{place}")
    return mapped


def _layer(layer: keras.layers.Layer, name: str) -> Mapped:
    if not layer.weights:
        return {}
    return {f"{name}.weight": (layer.kernel, kernel), f"{name}.bias": (layer.bias, unchanged)}
