"""Batch normalisation with Torch7's constants and the official code's initialisation."""

import keras

from stgan_tf.layers.batch_normalization import BatchNormalization

#: Share of the old moving average that is kept (Torch7's momentum 0.1 is the rest), and epsilon.
MOMENTUM, EPSILON = 0.9, 1e-5


def near_one_norm(synchronized: bool, name: str) -> BatchNormalization:
    """Batch norm with gammas from N(1, 0.02), the official weights_init of both GAN networks."""
    return _norm(keras.initializers.RandomNormal(1.0, 0.02), synchronized, name)


def uniform_norm(synchronized: bool, name: str) -> BatchNormalization:
    """Batch norm with gammas from U(0, 1): Torch7's default, which the encoders use."""
    return _norm(keras.initializers.RandomUniform(0.0, 1.0), synchronized, name)


def _norm(gammas, synchronized, name):
    return BatchNormalization(MOMENTUM, EPSILON, synchronized, gammas, dtype="float32", name=name)
