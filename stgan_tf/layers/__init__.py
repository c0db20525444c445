"""Keras layers of the networks, one a file."""

from stgan_tf.keras_backend import require_tensorflow

require_tensorflow()
