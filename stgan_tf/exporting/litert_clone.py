"""Clones an editing network so that TFLite's converter emits only ops that mobile GPUs support."""

import dataclasses

import keras
import tensorflow as tf

from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.layers.convolutions import Conv2D, Conv2DTranspose
from stgan_tf.runtime.exportable import Exportable


def cloned_for_litert(model: Exportable) -> Exportable:
    """The model with a clone of its network that computes the same values with ops that mobile GPUs
    accept. No convolution is computed as a matrix product, whose tensors have six axes. No ReLU
    follows a transposed convolution: the converter would fuse the two into version 4 of that op,
    which GPUs reject. It does not fuse a leaky ReLU with slope 0.
    """
    network = model.network
    clone = type(network).from_config(network.get_config())
    size, count = model.description.image_size, len(model.description.attributes)
    clone.build([(None, size, size, 3), (None, count)])
    for target, source in zip(clone.variables, network.variables, strict=True):
        target.assign(source)
    for layer in _layers_within(clone):
        if isinstance(layer, Conv2D | Conv2DTranspose):
            layer.largest_side = 0
        if isinstance(layer, ConvBlock) and layer.transposed and layer.activation == "relu":
            layer.replaced_activation = _unfused_relu
    return dataclasses.replace(model, network=clone)


def _unfused_relu(outputs: tf.Tensor) -> tf.Tensor:
    return tf.nn.leaky_relu(outputs, 0.0)


def _layers_within(network: keras.Model) -> list[keras.layers.Layer]:
    return list(network._flatten_layers())
