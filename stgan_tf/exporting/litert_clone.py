"""A copy of an editing network that TFLite's converter turns into what mobile GPUs take."""

import dataclasses

import keras
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.runtime.exportable import Exportable


def cloned_for_litert(model: Exportable) -> Exportable:
    """The model with a copy of its network that computes the same values, in which no ReLU follows
    a transposed convolution: the converter would fuse the two, as version 4 of that operation,
    which mobile GPUs refuse. A leaky ReLU of slope 0 it leaves alone.
    """
    network = model.network
    clone = type(network).from_config(network.get_config())
    size, count = model.description.image_size, len(model.description.attributes)
    clone.build([(None, size, size, 3), (None, count)])
    for target, source in zip(clone.variables, network.variables, strict=True):
        target.assign(source)
    for layer in _layers_within(clone):
        if isinstance(layer, ConvBlock) and layer.transposed and layer.activation == "relu":
            layer.replaced_activation = _unfused_relu
    return dataclasses.replace(model, network=clone)


def _unfused_relu(outputs: tf.Tensor) -> tf.Tensor:
    return tf.nn.leaky_relu(outputs, 0.0)


def _layers_within(network: keras.Model) -> list[keras.Layer]:
    return list(network._flatten_layers())
