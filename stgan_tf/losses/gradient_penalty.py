"""The gradient penalty, at the points of WGAN-GP or, for the other losses, of DRAGAN.

Images are (B, H, W, 3) in [-1, 1]; `alpha` (B, 1, 1, 1) and `beta` (B, H, W, 3) are uniform in
[0, 1).
"""

import tensorflow as tf

from stgan_tf.layers.recomputation import recomputation

#: Added inside the square root to keep its derivative finite where the critic is flat. Too small to
#: matter elsewhere, even in float64; the official codes add nothing.
_TINY = 1e-30


def interpolate(real, fake, alpha):
    """Points between real and fake images, with one random weight per image (WGAN-GP)."""
    return real + alpha * (fake - real)


def perturb(real, alpha, beta, batch_std):
    """Points near real images (DRAGAN as in the official code, where beta is not centred).

    `batch_std` is the standard deviation over all elements of the global batch.
    """
    return real + alpha * (0.5 * batch_std * beta)


def gradient_penalty(critic, points):
    """E[(||grad critic(x)||_2 - 1)^2] over `points` (B, H, W, 3), a scalar.

    `critic` is a function that maps images to logits (B, 1).
    """
    # Differentiated twice, which segments cannot be.
    with tf.GradientTape() as tape, recomputation(False):
        tape.watch(points)
        logits = critic(points)
    gradients = tape.gradient(logits, points)
    norms = tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=(1, 2, 3)) + _TINY)
    return tf.reduce_mean(tf.square(norms - 1.0))
