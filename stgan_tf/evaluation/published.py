"""How a compared run differs from the published configuration of its system."""

import dataclasses
from typing import Any

from stgan_tf.systems.run_config import Config

#: Settings besides the system's own that affect training.
_DATA = ("image_size", "attributes", "crop", "horizontal_flip", "balance_attributes")
_TRAINING = ("batch_size", "learning_rate", "adam_beta_1", "adam_beta_2", "clip_gradient_norm")


def changed_settings(config: Config, published: Config) -> list[str]:
    """["SETTING VALUE (PUBLISHED VALUE)", ...], starting with the training length."""
    found = []
    if _length(config) != _length(published):
        found.append(f"{_length(config)} ({_length(published)})")
    pairs = [(name, config.data, published.data) for name in _DATA]
    pairs += [(name, config.training, published.training) for name in _TRAINING]
    if config.system == published.system:
        names = [field.name for field in dataclasses.fields(config.settings)]
        pairs += [(name, config.settings, published.settings) for name in names]
    else:
        found.append(f"system {config.system} ({published.system})")
    for name, ours, theirs in pairs:
        here, there = getattr(ours, name), getattr(theirs, name)
        if here != there:
            found.append(f"{name} {_shown(here)} ({_shown(there)})")
    return found


def _length(config: Config) -> str:
    training = config.training
    if training.num_iterations:
        return f"{training.num_iterations:,} iterations"
    return f"{training.num_epochs} epochs"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} of them" if len(value) > 3 else ", ".join(map(str, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
