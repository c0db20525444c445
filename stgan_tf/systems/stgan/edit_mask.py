"""Blending an edit with the image it was made from."""

import tensorflow as tf

#: The mask's least value. At 0, a mask that closes in the first iterations, before the
#: discriminator knows the attributes, gets no gradient and stays closed: edits then equal their
#: input for good.
LEAST_MASK = 0.05


def blend_by_mask(logits, images):
    """Images (B, H, W, 3) in [-1, 1] that show the decoder's colours only where its mask says.

    Without it, every pixel of an edit has passed through the network, also those that the edit does
    not concern. As in GANimation (Pumarola et al., ECCV 2018, section 4), but without its
    regularisation of the mask: STGAN's reconstruction loss keeps the mask of no change closed.

    Args:
        logits: (B, H, W, 4), from which come the colours (tanh) and the mask (a sigmoid, scaled to
            LEAST_MASK to 1).
        images: (B, H, W, 3) in [-1, 1], the images being edited, of the same dtype.
    """
    colours = tf.tanh(logits[..., :3])
    mask = LEAST_MASK + (1 - LEAST_MASK) * tf.sigmoid(logits[..., 3:])
    return images + mask * (colours - images)
