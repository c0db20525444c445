"""Names of systems -> their settings and their code. Reading a name imports no TensorFlow."""

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

#: Where packages name theirs: an entry point per system, its name the system's, its object the
#: `System` class.
ENTRY_POINTS = "stgan_tf.systems"


def system_names() -> list[str]:
    """All registered systems, the default first."""
    return list(dict.fromkeys([*_BUILT_IN, *added(ENTRY_POINTS)]))


def settings_type(name: str) -> type[SystemSettings]:
    """The dataclass of a system's settings. ConfigError for an unknown name."""
    if name in _BUILT_IN:
        return _load(f"{__package__}.{_BUILT_IN[name][0]}")
    return find_system(name).settings_type


@functools.cache
def _built_in_system(name: str):
    return _load(f"{__package__}.{_BUILT_IN[name][1]}")()


def find_system(name: str):
    """The `System` called `name`. ConfigError for an unknown name, or a package that is broken."""
    if name in _BUILT_IN:
        return _built_in_system(name)
    if name in added(ENTRY_POINTS):
        return load_added(ENTRY_POINTS, name, "system")()
    raise ConfigError(
        "system",
        f"must be one of {', '.join(system_names())}; others need their package to be installed. "
        f"Received: {name!r}.",
    )


def _load(path: str):
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)
