"""Adversarial losses that the critic and the generator minimise, from critic logits (B, 1).

The formulas are those of the official train.py. Each loss is a scalar: a mean over the batch.
"""

import tensorflow as tf


def wgan_critic_loss(real_logits, fake_logits):
    """Negative Wasserstein estimate, -(E[D(x)] - E[D(G(x))]) (paper equation 8)."""
    return tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)


def wgan_generator_loss(fake_logits):
    """-E[D(G(x))] (paper equation 8)."""
    return -tf.reduce_mean(fake_logits)


def lsgan_critic_loss(real_logits, fake_logits):
    """Least squares (LSGAN): E[(D(x) - 1)^2] + E[D(G(x))^2]."""
    return tf.reduce_mean(tf.square(real_logits - 1.0)) + tf.reduce_mean(tf.square(fake_logits))


def lsgan_generator_loss(fake_logits):
    """Least squares (LSGAN): E[(D(G(x)) - 1)^2]."""
    return tf.reduce_mean(tf.square(fake_logits - 1.0))


def dcgan_critic_loss(real_logits, fake_logits):
    """Cross entropy (DCGAN): -E[log sigmoid(D(x))] - E[log(1 - sigmoid(D(G(x))))]."""
    # softplus(-x) = -log sigmoid(x), stable for large logits
    return tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(
        tf.nn.softplus(fake_logits)
    )


def dcgan_generator_loss(fake_logits):
    """Cross entropy (DCGAN), non-saturating: -E[log sigmoid(D(G(x)))]."""
    return tf.reduce_mean(tf.nn.softplus(-fake_logits))


#: name -> (critic loss, generator loss)
ADVERSARIAL_LOSSES = {
    "wgan": (wgan_critic_loss, wgan_generator_loss),
    "lsgan": (lsgan_critic_loss, lsgan_generator_loss),
    "dcgan": (dcgan_critic_loss, dcgan_generator_loss),
}
