"""The flags of a whole run: --system, its settings, and what all systems share."""

import dataclasses
import typing

from absl import flags

from stgan_tf.config.data import DataConfig
from stgan_tf.config.flags import FLAGS, define_flags, flag_value, read_flags
from stgan_tf.config.training import TrainingConfig
from stgan_tf.options import ConfigError
from stgan_tf.systems.registry import settings_type, system_names
from stgan_tf.systems.run_config import Config


def define_run_flags() -> None:
    """Defines the flags of `Config`: one a field, a setting of several systems once."""
    flags.DEFINE_string(
        "system", "stgan", f"What is trained: {', '.join(system_names())}. Settings are its own."
    )
    define_flags(DataConfig, TrainingConfig)
    for name, (kind, text) in _settings().items():
        define = flags.DEFINE_list if typing.get_origin(kind) is tuple else _DEFINE[kind]
        define(name, None, text)


def run_flags_given() -> bool:
    """Whether any of them was given, in a flag file or on the command line."""
    shared = [field.name for part in (DataConfig, TrainingConfig) for field in _fields(part)]
    return any(FLAGS[name].present for name in ("system", *shared, *_settings()))


def config_from_flags(base: Config | None = None) -> Config:
    """The run that the parsed flags describe; flags that were not given take the value of `base`,
    if there is one and it is of the same system. Raises ConfigError naming the flag whose value
    cannot work, or that is a setting of another system.
    """
    system = FLAGS.system if base is None or FLAGS["system"].present else base.system
    kind = settings_type(system)
    same = base is not None and base.system == system
    own = {field.name for field in _fields(kind)}
    for name in _settings():
        if name not in own and FLAGS[name].present:
            having = [other for other in system_names() if name in _names(other)]
            raise ConfigError(
                name,
                f"is a setting of {', '.join(having)}, not of {system}. Leave it out, or give "
                "another --system.",
            )
    values = dataclasses.asdict(base.settings) if same else {}
    hints = typing.get_type_hints(kind)
    values |= {name: flag_value(name, hints[name]) for name in own if FLAGS[name].present}
    return Config(
        system=system,
        data=read_flags(DataConfig, base and base.data),
        settings=kind(**values),
        training=read_flags(TrainingConfig, base and base.training),
    )


_DEFINE = {
    bool: flags.DEFINE_bool,
    int: flags.DEFINE_integer,
    float: flags.DEFINE_float,
    str: flags.DEFINE_string,
}


def _settings() -> dict[str, tuple[type, str]]:
    """{setting: (type, help)} of all systems; the help tells each system's default."""
    found: dict[str, tuple[type, str]] = {}
    for system in system_names():
        kind = settings_type(system)
        hints = typing.get_type_hints(kind)
        for field in _fields(kind):
            default = f"{system}: {field.default}"
            if field.name not in found:
                found[field.name] = hints[field.name], f"{field.metadata['help']} ({default})"
                continue
            known, text = found[field.name]
            if known != hints[field.name]:
                raise ValueError(
                    f"The setting {field.name} is {known} in one system and {hints[field.name]} in "
                    f"{system}: give one of them another name."
                )
            found[field.name] = known, f"{text[:-1]}, {default})"
    return found


def _names(system: str) -> set[str]:
    return {field.name for field in _fields(settings_type(system))}


def _fields(kind: type) -> tuple[dataclasses.Field, ...]:
    return dataclasses.fields(kind)
