"""Maps the official code's variable names to the variables of our networks.

TensorFlow Slim numbers the layers in a scope in the order of their creation: Conv, Conv_1, ...
"""

import keras

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.keras_versions import Variable
from stgan_tf.layers.conv_blocks import ConvBlock
from stgan_tf.systems.stgan.discriminator import Discriminator
from stgan_tf.systems.stgan.generator import Generator
from stgan_tf.systems.stgan.selective_transfer import SelectiveTransfer

#: {official name: our variable}
Named = dict[str, Variable]

ENCODER, UNITS, DECODER, DISCRIMINATOR = "Genc", "Gstu", "Gdec", "D"
CLASSIFIER = "classifier"

_NORMS = {
    "batch": ("BatchNorm", ("gamma", "beta", "moving_mean", "moving_variance")),
    "instance": ("InstanceNorm", ("gamma", "beta")),
}


def generator_variables(generator: Generator) -> Named:
    """All variables of a built generator."""
    named = {}
    for i, block in enumerate(generator.encoder.blocks):
        named.update(_block(block, f"{ENCODER}/Conv", i))
    if generator.selective_transfer is not None:
        named.update(unit_variables(generator.selective_transfer))
    for i, block in enumerate([*generator.decoder.blocks, generator.decoder.to_image]):
        named.update(_block(block, f"{DECODER}/Conv2d_transpose", i))
    return named


def unit_variables(selective_transfer: SelectiveTransfer) -> Named:
    """All variables of built selective transfer units, the deepest unit first."""
    named = {}
    for i, unit in enumerate(selective_transfer.units):
        named.update(_block(unit.upsampling, f"{UNITS}/Conv2d_transpose", i))
        for j, gate in enumerate((unit.reset_gate, unit.update_gate, unit.candidate)):
            named.update(_block(gate, f"{UNITS}/Conv", 3 * i + j))
    return named


def discriminator_variables(discriminator: Discriminator) -> Named:
    """All variables of a built discriminator."""
    named = {}
    for i, block in enumerate(discriminator.blocks):
        named.update(_block(block, f"{DISCRIMINATOR}/Conv", i))
    dense = (
        discriminator.critic_hidden,
        discriminator.critic_logit,
        discriminator.attribute_hidden,
        discriminator.attribute_logit,
    )
    for i, layer in enumerate(dense):
        named.update(_dense(layer, DISCRIMINATOR, i))
    return named


def classifier_variables(classifier: AttributeClassifier) -> Named:
    """All variables of the attribute classifier."""
    named = {}
    layers = zip(classifier.convolutions, classifier.normalizations, strict=True)
    for i, (convolution, normalization) in enumerate(layers):
        scope = _numbered(f"{CLASSIFIER}/Conv", i)
        named[f"{scope}/weights"] = convolution.kernel
        named.update(_normalization(normalization, scope, "batch"))
    for i, layer in enumerate((classifier.hidden, classifier.logits)):
        named.update(_dense(layer, CLASSIFIER, i))
    return named


def _block(block: ConvBlock, scope: str, i: int) -> Named:
    scope = _numbered(scope, i)
    named = {f"{scope}/weights": block.convolution.kernel}
    if block.normalization is None:
        named[f"{scope}/biases"] = block.convolution.bias
    else:
        named.update(_normalization(block.normalization, scope, block.norm))
    return named


def _normalization(layer: keras.layers.Layer, scope: str, norm: str) -> Named:
    folder, parts = _NORMS[norm]
    return {f"{scope}/{folder}/{part}": getattr(layer, part) for part in parts}


def _dense(layer: keras.layers.Dense, scope: str, i: int) -> Named:
    scope = f"{_numbered(f'{scope}/flatten_fully_connected', i)}/fully_connected"
    return {f"{scope}/weights": layer.kernel, f"{scope}/biases": layer.bias}


def _numbered(scope: str, i: int) -> str:
    return f"{scope}_{i}" if i else scope
