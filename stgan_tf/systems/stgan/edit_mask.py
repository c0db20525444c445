"""Blending an edit with the image it was made from."""

import tensorflow as tf


def blend_by_mask(logits, images):
    """Images (B, H, W, 3) in [-1, 1] that show the decoder's colours only where its mask says.

    Without it, every pixel of an edit has passed through the network, also those that the edit does
    not concern. As in GANimation (Pumarola et al., ECCV 2018, section 4), but without its
    regularisation of the mask: STGAN's reconstruction loss keeps the mask of no change empty.

    Args:
        logits: (B, H, W, 4), from which come the colours (tanh) and the mask (sigmoid).
        images: (B, H, W, 3) in [-1, 1], the images being edited, of the same dtype.
    """
    colours, mask = tf.tanh(logits[..., :3]), tf.sigmoid(logits[..., 3:])
    return images + mask * (colours - images)
