"""Systems for attribute editing, one folder each."""

from stgan_tf.lazy_names import lazy_names

_HOMES = {
    "find_system": "stgan_tf.systems.registry",
    "system_names": "stgan_tf.systems.registry",
}
__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
