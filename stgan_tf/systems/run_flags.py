"""The flags of a whole run: --system, its settings, and what all systems share."""

import dataclasses
import typing
from pathlib import Path

from absl import flags

from stgan_tf.config.data import DataConfig
from stgan_tf.config.flags import FLAGS, define_flags, flag_value, read_flags
from stgan_tf.config.training import TrainingConfig
from stgan_tf.options import ConfigError
from stgan_tf.sources.domains import with_domains
from stgan_tf.systems.registry import settings_type, system_names
from stgan_tf.systems.run_config import Config


def define_run_flags(flag_values: flags.FlagValues = FLAGS) -> None:
    """Defines the flags of `Config`: one a field, a setting of several systems once."""
    flags.DEFINE_string(
        "system",
        "stgan",
        f"What is trained: {', '.join(system_names())}. Settings are its own.",
        flag_values=flag_values,
    )
    define_flags(DataConfig, TrainingConfig, flag_values=flag_values)
    for name, (kind, text) in _settings().items():
        define = flags.DEFINE_list if typing.get_origin(kind) is tuple else _DEFINE[kind]
        define(name, None, text, flag_values=flag_values)


def read_flag_file(path: Path) -> Config:
    """The run that a flag file describes, apart from the command's own flags. Raises ValueError
    naming the file where it, or one that it includes, cannot be read or has a flag that is none of
    a run's.
    """
    values = flags.FlagValues()
    define_run_flags(values)
    try:
        values(["", f"--flagfile={path}"])
        return config_from_flags(flag_values=values)
    except (flags.Error, OSError, ConfigError) as error:
        raise ValueError(f"The flag file {path} cannot be used: {error}") from error


def run_flags_given() -> bool:
    """Whether any of them was given, in a flag file or on the command line."""
    shared = [field.name for part in (DataConfig, TrainingConfig) for field in _fields(part)]
    return any(FLAGS[name].present for name in ("system", *shared, *_settings()))


def config_from_flags(base: Config | None = None, flag_values: flags.FlagValues = FLAGS) -> Config:
    """The run that the parsed flags describe; flags that were not given take the value of `base`,
    if there is one and it is of the same system. Raises ConfigError naming the flag whose value
    cannot work, or that is a setting of another system, and FileNotFoundError where the domain
    folders that attributes are taken from are absent.
    """
    named = base is None or flag_values["system"].present
    system = flag_values["system"].value if named else base.system
    kind = settings_type(system)
    same = base is not None and base.system == system
    own = {field.name for field in _fields(kind)}
    for name in _settings():
        if name not in own and flag_values[name].present:
            having = [other for other in system_names() if name in _names(other)]
            raise ConfigError(
                name,
                f"is a setting of {', '.join(having)}, not of {system}. Leave it out, or give "
                "another --system.",
            )
    values = dataclasses.asdict(base.settings) if same else {}
    hints = typing.get_type_hints(kind)
    given = [name for name in own if flag_values[name].present]
    values |= {name: flag_value(name, hints[name], flag_values) for name in given}
    return Config(
        system=system,
        data=with_domains(read_flags(DataConfig, base and base.data, flag_values)),
        settings=kind(**values),
        training=read_flags(TrainingConfig, base and base.training, flag_values),
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
