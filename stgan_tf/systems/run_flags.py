"""The flags of a whole run: --system, its settings, and the flags that all systems share."""

import dataclasses
import typing
from pathlib import Path

from absl import flags

from stgan_tf.config.data import DataConfig
from stgan_tf.config.flags import (
    FLAGS,
    define_flags,
    field_note,
    flag_value,
    read_flags,
    value_text,
)
from stgan_tf.config.training import TrainingConfig
from stgan_tf.flag_files import define_preset_flag, with_flag_files
from stgan_tf.flag_notes import NOTES, FlagNote
from stgan_tf.options import ConfigError
from stgan_tf.sources.domains import with_domains
from stgan_tf.systems.registry import settings_type, system_names
from stgan_tf.systems.run_config import Config


def define_run_flags(flag_values: flags.FlagValues = FLAGS) -> None:
    """Defines the flags of `Config`, one per field; a setting of several systems is one flag.

    In the help, settings of a single system come last, under its name.
    """
    flags.DEFINE_string(
        "system",
        "stgan",
        f"The system to train: {', '.join(system_names())}. Each has its own settings.",
        flag_values=flag_values,
    )
    if flag_values is FLAGS:
        NOTES["system"] = FlagNote("Run")
        define_preset_flag()
    define_flags(DataConfig, flag_values=flag_values)
    settings = _settings().items()
    for name, setting in settings:
        if len(setting.fields) > 1:
            _define(name, setting, flag_values)
    define_flags(TrainingConfig, flag_values=flag_values)
    for name, setting in settings:
        if len(setting.fields) == 1:
            _define(name, setting, flag_values)


def read_flag_file(path: Path) -> Config:
    """The configuration that a flag file describes.

    Raises:
        ValueError: It, or a file that it includes, cannot be read, or has a flag that is not part
            of a run's configuration; the message names the file.
    """
    values = flags.FlagValues()
    define_run_flags(values)
    try:
        values(["", *with_flag_files([f"--flagfile={path}"])])
        return config_from_flags(flag_values=values)
    except (flags.Error, OSError, ConfigError) as error:
        raise ValueError(f"The flag file {path} cannot be used: {error}") from error


def run_flags_given() -> bool:
    """Whether any flag of a run was given, in a flag file or on the command line."""
    shared = [field.name for part in (DataConfig, TrainingConfig) for field in _fields(part)]
    return any(FLAGS[name].present for name in ("system", *shared, *_settings()))


def config_from_flags(base: Config | None = None, flag_values: flags.FlagValues = FLAGS) -> Config:
    """The configuration that the parsed flags describe.

    Args:
        base: A configuration whose values apply to flags that were not given, its settings only if
            it has the same system; None: the defaults apply.
        flag_values: The parsed flags.

    Raises:
        ConfigError: A value cannot work, or a flag is a setting of another system; the message
            names the flag.
        FileNotFoundError: The domain folders that give the attributes do not exist.
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
                f"is a setting of {', '.join(having)}, not of {system}. Leave it out, or choose "
                "another --system.",
            )
    values = dataclasses.asdict(base.settings) if same else {}
    hints = typing.get_type_hints(kind)
    given = [name for name in own if flag_values[name].present]
    values |= {name: flag_value(name, hints[name], flag_values) for name in given}
    data = read_flags(DataConfig, base and base.data, flag_values)
    if data.data_dir or data.dataset != "domains":  # else it is a flag file without a data folder
        data = with_domains(data)
    return Config(
        system=system,
        data=data,
        settings=kind(**values),
        training=read_flags(TrainingConfig, base and base.training, flag_values),
    )


class _Setting(typing.NamedTuple):
    """A setting's type, and its field in each system that has it."""

    kind: type
    fields: dict[str, dataclasses.Field]


_DEFINE = {
    bool: flags.DEFINE_bool,
    int: flags.DEFINE_integer,
    float: flags.DEFINE_float,
    str: flags.DEFINE_string,
}


def _define(name: str, setting: _Setting, flag_values: flags.FlagValues) -> None:
    """Defines a setting's flag without a default, because each system has its own."""
    several = typing.get_origin(setting.kind) is tuple
    define = flags.DEFINE_list if several else _DEFINE[setting.kind]
    system, field = next(iter(setting.fields.items()))
    define(name, None, field.metadata["help"], flag_values=flag_values)
    if flag_values is not FLAGS:
        return
    note = field_note(settings_type(system), field)
    defaults = {other: value_text(known.default) for other, known in setting.fields.items()}
    if len(setting.fields) == 1:
        note = dataclasses.replace(note, group=f"Only for --system={system}")
    if len(set(defaults.values())) == 1:
        default = defaults[system] or "empty"
    else:
        default = ", ".join(f"{other} {value}" for other, value in defaults.items())
    NOTES[name] = dataclasses.replace(note, default=default, limits=_limits(setting) or note.limits)


def _limits(setting: _Setting) -> str:
    """The choices of all systems that have the setting; empty if it has none."""
    choices = [known.metadata["choices"] or () for known in setting.fields.values()]
    return ", ".join(dict.fromkeys(name for names in choices for name in names))


def _settings() -> dict[str, _Setting]:
    """The settings of all systems, {name: setting}."""
    found: dict[str, _Setting] = {}
    for system in system_names():
        kind = settings_type(system)
        hints = typing.get_type_hints(kind)
        for field in _fields(kind):
            setting = found.setdefault(field.name, _Setting(hints[field.name], {}))
            if setting.kind != hints[field.name]:
                raise ValueError(
                    f"The setting {field.name} has type {setting.kind} in one system and "
                    f"{hints[field.name]} in {system}: rename one of them."
                )
            setting.fields[system] = field
    return found


def _names(system: str) -> set[str]:
    return {field.name for field in _fields(settings_type(system))}


def _fields(kind: type) -> tuple[dataclasses.Field, ...]:
    return dataclasses.fields(kind)
