"""Adversarial losses: what the critic and the generator minimise on critic logits (B, 1).

Formulas of the official train.py; every one is a mean over the batch.
"""

import tensorflow as tf


def wgan_critic_loss(real_logits, fake_logits):
    """Negative Wasserstein estimate, -(E[D(x)] - E[D(G(x))]) (paper equation 8)."""
    return tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)


def wgan_generator_loss(fake_logits):
    return -tf.reduce_mean(fake_logits)


def lsgan_critic_loss(real_logits, fake_logits):
    return tf.reduce_mean(tf.square(real_logits - 1.0)) + tf.reduce_mean(tf.square(fake_logits))


def lsgan_generator_loss(fake_logits):
    return tf.reduce_mean(tf.square(fake_logits - 1.0))


def dcgan_critic_loss(real_logits, fake_logits):
    # softplus(-x) = -log sigmoid(x), stable for large logits
    return tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(
        tf.nn.softplus(fake_logits)
    )


def dcgan_generator_loss(fake_logits):
    return tf.reduce_mean(tf.nn.softplus(-fake_logits))


#: name -> (critic loss, generator loss)
ADVERSARIAL_LOSSES = {
    "wgan": (wgan_critic_loss, wgan_generator_loss),
    "lsgan": (lsgan_critic_loss, lsgan_generator_loss),
    "dcgan": (dcgan_critic_loss, dcgan_generator_loss),
}
