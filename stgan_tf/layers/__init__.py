"""Keras layers of the networks, one per file."""

from stgan_tf.keras_backend import require_tensorflow
from stgan_tf.lazy_names import lazy_names

require_tensorflow()

_HOMES = {
    "AttributeInjection": "stgan_tf.layers.attribute_injection",
    "BatchNormalization": "stgan_tf.layers.batch_normalization",
    "ConvBlock": "stgan_tf.layers.conv_blocks",
    "InstanceNormalization": "stgan_tf.layers.instance_normalization",
}
__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
