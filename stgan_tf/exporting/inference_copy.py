"""Copies of editing networks that compute the same with fewer and faster operations, for export.

What only depends on the weights is computed beforehand: the batch normalisation after a convolution
becomes part of its kernel and a bias, and the kernels of transposed convolutions are arranged for
plain convolutions, which LiteRT's CPU library computes twice as fast.
"""

import dataclasses

import keras

from stgan_tf.layers.arranged_convolutions import ArrangedConvolution, can_be_arranged
from stgan_tf.layers.attribute_injection import AttributeInjection, enlarge
from stgan_tf.layers.batch_normalization import BatchNormalization
from stgan_tf.layers.conv_blocks import ACTIVATIONS, ConvBlock
from stgan_tf.layers.convolutions import LEAST_WEIGHTS, Conv2D, Conv2DTranspose
from stgan_tf.runtime.exportable import Exportable


def copied_for_inference(model: Exportable) -> Exportable:
    """The model with a copy of its network for inference on any device."""
    copy = _copied(model)
    for block in _layers_within(copy.network, ConvBlock):
        _arrange(block)
    return copy


def copied_for_litert(model: Exportable, sum_precisely: bool = False) -> Exportable:
    """The same with the operations that LiteRT's CPU library and mobile GPUs accept: no tensors of
    six axes (as in convolutions that are computed as one matrix product), no TILE, no transposed
    convolution with an activation.

    Args:
        sum_precisely: Whether each output of a convolution is summed within one operation. For
            int8, which rounds the results of operations.
    """
    copy = _copied(model)
    for layer in _layers_within(copy.network, Conv2D | Conv2DTranspose):
        layer.largest_side = 0
    for layer in _layers_within(copy.network, AttributeInjection):
        layer.spread = enlarge
    for block in _layers_within(copy.network, ConvBlock):
        _arrange(block, sum_precisely)
    return copy


def _copied(model: Exportable) -> Exportable:
    network = model.network
    copy = type(network).from_config(network.get_config())
    size, count = model.description.image_size, len(model.description.attributes)
    copy.build([(None, size, size, 3), (None, count)])
    for target, source in zip(copy.variables, network.variables, strict=True):
        target.assign(source)
    return dataclasses.replace(model, network=copy)


def _arrange(block: ConvBlock, sum_precisely: bool = False) -> None:
    convolution, normalization = block.convolution, block.normalization
    foldable = isinstance(normalization, BatchNormalization)
    if not can_be_arranged(convolution) or not (foldable or block.transposed):
        return
    activation = ACTIVATIONS["linear" if normalization and not foldable else block.activation]
    # Measured with LiteRT and TensorFlow: plain matrix products pay for large kernels.
    separate = convolution.kernel.shape.num_elements() >= LEAST_WEIGHTS and not sum_precisely
    arranged = ArrangedConvolution(
        convolution, normalization if foldable else None, activation, separate
    )
    if normalization is None or foldable:
        block.replacement = arranged
    else:
        block.replacement = lambda inputs: block.finish(arranged(inputs))


def _layers_within(network: keras.Model, kind: type) -> list[keras.layers.Layer]:
    return [layer for layer in network._flatten_layers() if isinstance(layer, kind)]
