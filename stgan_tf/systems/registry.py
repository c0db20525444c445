"""Finds the settings and the code of a system by name. Listing names does not import TensorFlow."""

import functools
import importlib

from stgan_tf.entry_points import added, load_added
from stgan_tf.options import ConfigError
from stgan_tf.systems.settings import SystemSettings

#: name -> (settings dataclass, `System` class), each "module:name" in `stgan_tf.systems`.
_BUILT_IN = {
    "stgan": ("stgan.settings:STGANSettings", "stgan.system:STGAN"),
    "cyclegan": ("cyclegan.settings:CycleGANSettings", "cyclegan.system:CycleGAN"),
    "fadernet": ("fadernet.settings:FaderNetSettings", "fadernet.system:FaderNet"),
    "stargan": ("stargan.settings:StarGANSettings", "stargan.system:StarGAN"),
    "icgan": ("icgan.settings:IcGANSettings", "icgan.system:IcGAN"),
}

#: Entry point group for the systems of other packages: each entry point has the system's name and
#: refers to its `System` class.
ENTRY_POINTS = "stgan_tf.systems"


def system_names() -> list[str]:
    """The names of all registered systems, the default first."""
    return list(dict.fromkeys([*_BUILT_IN, *added(ENTRY_POINTS)]))


def settings_type(name: str) -> type[SystemSettings]:
    """The dataclass of a system's settings; raises ConfigError for an unknown name."""
    if name in _BUILT_IN:
        return _load(f"{__package__}.{_BUILT_IN[name][0]}")
    return find_system(name).settings_type


@functools.cache
def _built_in_system(name: str):
    return _load(f"{__package__}.{_BUILT_IN[name][1]}")()


def find_system(name: str):
    """The `System` called `name`.

    Raises:
        ConfigError: The name is unknown, or its package cannot be imported.
    """
    if name in _BUILT_IN:
        return _built_in_system(name)
    if name in added(ENTRY_POINTS):
        return load_added(ENTRY_POINTS, name, "system")()
    raise ConfigError(
        "system",
        f"must be one of {', '.join(system_names())}, or a system of another package, which must "
        f"be installed. Received: {name!r}.",
    )


def _load(path: str):
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)
