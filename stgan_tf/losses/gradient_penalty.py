"""The gradient penalty of WGAN-GP, and DRAGAN's points for the other losses.

Images (B, H, W, 3) float32; `alpha` (B, 1, 1, 1) and `beta` (B, H, W, 3) are uniform in [0, 1).
"""

import tensorflow as tf

#: Inside the square root: keeps its derivative finite where the critic is flat. So small that it is
#: not felt elsewhere, in float64 either: the official codes have nothing there.
_TINY = 1e-30


def interpolate(real, fake, alpha):
    """Points between real and fake images, one weight an image (WGAN-GP)."""
    return real + alpha * (fake - real)


def perturb(real, alpha, beta, batch_std):
    """Points around real images (DRAGAN as the official code has it: beta is not centred).

    `batch_std` is the standard deviation over all elements of the whole batch.
    """
    return real + alpha * (0.5 * batch_std * beta)


def gradient_penalty(critic, points):
    """E[(||grad critic(x)||_2 - 1)^2] over `points`; `critic` maps images to logits (B, 1)."""
    with tf.GradientTape() as tape:
        tape.watch(points)
        logits = critic(points)
    gradients = tape.gradient(logits, points)
    norms = tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=(1, 2, 3)) + _TINY)
    return tf.reduce_mean(tf.square(norms - 1.0))
