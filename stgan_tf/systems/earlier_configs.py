"""Converts the config.json of earlier versions to the current format."""

from typing import Any

from stgan_tf.attributes import PAPER_ATTRIBUTES
from stgan_tf.options import ConfigError

#: Version of the config.json format; version 1 did not record it.
VERSION = 2

#: STGAN settings that StarGAN runs used in version 1 -> their current names.
_STARGAN_NETWORK = {
    "encoder_width": "generator_width",
    "residual_blocks": "residual_blocks",
    "discriminator_layers": "discriminator_layers",
    "discriminator_width": "discriminator_width",
}


def migrated(config: dict[str, Any]) -> dict[str, Any]:
    """The sections of a config.json of any version: system, data, settings and training.

    Raises:
        ConfigError: It was written by a later version, or only version 0.1 can use it.
    """
    config = dict(config)
    version = config.pop("version", 1)
    if version == 1:
        return _from_version_1(config)
    if version != VERSION:
        raise ConfigError(
            "run_dir",
            f"its config.json has format version {version!r}, but this package reads versions 1 to "
            f"{VERSION}. Use the version of stgan_tf that wrote it, or a later one.",
        )
    return config


def _from_version_1(config: dict[str, Any]) -> dict[str, Any]:
    """Converts version 1: sections data, network, loss and training for both STGAN and StarGAN."""
    network = dict(config.pop("network", {}))
    loss = dict(config.pop("loss", {}))
    training = dict(config.pop("training", {}))
    system = network.pop("model", "stgan")
    if system == "stargan":
        label = network.get("label_mode", "difference"), network.get("label_scale", 1.0)
        if label != ("binary", 1.0):
            raise ConfigError(
                "run_dir",
                "its config.json describes a StarGAN whose label is not the target as 0 or 1. Only "
                f"stgan_tf 0.1 can train it and edit with it. Received: label_mode {label[0]!r}, "
                f"label_scale {label[1]!r}.",
            )
        settings = {
            new: network[old] for old, new in _STARGAN_NETWORK.items() if old in network
        } | _summed_attribute_losses(loss, config.get("data", {}))
    else:
        network.pop("residual_blocks", None)  # StarGAN's
        settings = {**network, **loss}
    if "critic_steps_per_generator_step" in training:
        settings["critic_steps_per_generator_step"] = training.pop(
            "critic_steps_per_generator_step"
        )
    return {"system": system, **config, "settings": settings, "training": training}


def _summed_attribute_losses(loss: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The settings with attribute weights that give the same objective as in version 1.

    Version 1 took the mean of StarGAN's attribute loss over the attributes; now it is the sum, as
    in the official code.
    """
    count = len(data.get("attributes", PAPER_ATTRIBUTES))
    settings = dict(loss)
    for name, default in (("critic_attribute_weight", 1.0), ("generator_attribute_weight", 10.0)):
        settings[name] = loss.get(name, default) / count
    return settings
