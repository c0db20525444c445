"""conv([feature, other]) as conv(feature) + conv(other), so that edits can share the first term."""

import tensorflow as tf


def feature_term(block, feature):
    """The feature's contribution to the convolution of a `ConvBlock`, without the bias.

    The block's input is [feature, other], concatenated along the channels. `feature` is
    (B, H, W, C), the result (B, H, W, filters).
    """
    # Under a bfloat16 policy the encoder's normalisation returns float32.
    feature = tf.cast(feature, block.compute_dtype)
    kernel = _kernel(block, feature, slice(feature.shape[-1]))
    return tf.nn.conv2d(feature, kernel, 1, "SAME")


def joined_outputs(block, feature, other, term=None, training=False):
    """The block's outputs for [feature, other].

    Args:
        block: A built `ConvBlock` of stride 1.
        feature: (B, H, W, C).
        other: (B, H, W, D), or None if the feature is the block's only input.
        term: The result of `feature_term` for the feature, if several calls share it; None: it is
            computed here.
        training: Passed to batch normalisation.

    Returns:
        (B, H, W, filters).
    """
    if term is None:
        joined = feature if other is None else tf.concat([feature, other], axis=-1)
        return block(joined, training=training)
    outputs = term
    if other is not None:
        kernel = _kernel(block, other, slice(-other.shape[-1], None))
        outputs += tf.nn.conv2d(other, kernel, 1, "SAME")
    return block.finish(block.with_bias(outputs), training)


def _kernel(block, inputs, channels):
    """The kernel's part for some of the input channels."""
    # Not before its inputs: it would wait in memory through the updates that come first.
    with tf.control_dependencies([inputs]):
        return tf.cast(block.convolution.kernel[:, :, channels], block.compute_dtype)
