"""Names of systems -> their settings and their code. Reading a name imports no TensorFlow."""

import functools
import importlib
from importlib import metadata

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

#: Systems of this process: {name: `System` class}.
_added: dict[str, type] = {}


def system_names() -> list[str]:
    """All registered systems, the default first."""
    return list(dict.fromkeys([*_BUILT_IN, *_added, *_entry_points()]))


def register(system: type) -> type:
    """Registers a `System` class in this process; also a class decorator. ValueError for a name
    that is taken by another class.
    """
    name = system.name
    if name in _BUILT_IN or _added.get(name, system) is not system:
        raise ValueError(f"There is a system called {name!r} already; give yours another name.")
    _added[name] = system
    return system


def settings_type(name: str) -> type[SystemSettings]:
    """The dataclass of a system's settings. ConfigError for an unknown name."""
    if name in _BUILT_IN:
        return _load(f"{__package__}.{_BUILT_IN[name][0]}")
    return find_system(name).settings_type


@functools.cache
def _built_in_system(name: str):
    return _load(f"{__package__}.{_BUILT_IN[name][1]}")()


def find_system(name: str):
    """The `System` called `name`. ConfigError for an unknown name."""
    if name in _BUILT_IN:
        return _built_in_system(name)
    if name in _added:
        return _added[name]()
    if name in _entry_points():
        return _entry_points()[name].load()()
    raise ConfigError(
        "system",
        f"must be one of {', '.join(system_names())}; others need their package to be installed. "
        f"Received: {name!r}.",
    )


@functools.cache
def _entry_points() -> dict[str, metadata.EntryPoint]:
    return {point.name: point for point in metadata.entry_points(group=ENTRY_POINTS)}


def _load(path: str):
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)
