"""The terms of the objective (paper section 3.4)."""

from stgan_tf.lazy_names import lazy_names

_HOMES = {
    name: f"stgan_tf.losses.{name}"
    for name in ("adversarial", "attribute", "gradient_penalty", "reconstruction")
}
__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
