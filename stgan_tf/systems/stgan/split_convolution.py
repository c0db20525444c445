"""conv([feature, other]) as conv(feature) + conv(other): the first part once for several edits."""

import tensorflow as tf


def feature_term(block, feature):
    """What the feature adds to the convolution of a `ConvBlock` whose input is [feature, other],
    along the channels: (B, H, W, filters), without the bias.
    """
    kernel = tf.cast(block.convolution.kernel, block.compute_dtype)
    # Under a bfloat16 policy the encoder's normalisation hands out float32.
    feature = tf.cast(feature, block.compute_dtype)
    return tf.nn.conv2d(feature, kernel[:, :, : feature.shape[-1]], 1, "SAME")


def joined_outputs(block, feature, other, term=None, training=False):
    """The block's outputs for [feature, other].

    Args:
        block: A built `ConvBlock` of stride 1.
        feature: (B, H, W, C).
        other: (B, H, W, D), or None where the block's input is the feature alone.
        term: `feature_term` of the feature, where several calls share it; None: computed here.
    """
    if term is None:
        joined = feature if other is None else tf.concat([feature, other], axis=-1)
        return block(joined, training=training)
    outputs = term
    if other is not None:
        kernel = tf.cast(block.convolution.kernel, block.compute_dtype)
        outputs += tf.nn.conv2d(other, kernel[:, :, -other.shape[-1] :], 1, "SAME")
    if block.convolution.use_bias:
        outputs += tf.cast(block.convolution.bias, outputs.dtype)
    return block.finish(outputs, training)
