"""Command-line flags made from the configuration's fields, and back.

Each field of `stgan_tf.config` is one absl flag of the same name; help, range and default come from
the field. Flags can be kept in a file (--flagfile=flags/celeba.cfg).
"""

import dataclasses
import typing

from absl import flags

from stgan_tf.config import Config, ConfigError

FLAGS = flags.FLAGS


def define_config_flags() -> None:
    """Defines one flag a configuration field."""
    for section in dataclasses.fields(Config):
        for field in dataclasses.fields(section.type):
            _define(field, typing.get_type_hints(section.type)[field.name])


def _define(field: dataclasses.Field, kind: type) -> None:
    text, rules = field.metadata["help"], field.metadata
    if kind is bool:
        flags.DEFINE_bool(field.name, field.default, text)
    elif kind is int:
        flags.DEFINE_integer(field.name, field.default, text, rules["minimum"], rules["maximum"])
    elif kind is float:
        flags.DEFINE_float(field.name, field.default, text, rules["minimum"], rules["maximum"])
    elif kind is str and rules["choices"]:
        flags.DEFINE_enum(field.name, field.default, list(rules["choices"]), text)
    elif kind is str:
        flags.DEFINE_string(field.name, field.default, text)
    else:
        flags.DEFINE_list(field.name, [str(value) for value in field.default], text)


def config_from_flags() -> Config:
    """The configuration that the parsed flags describe.

    Raises ConfigError naming the flag whose value, or combination with others, cannot work.
    """
    parts = {}
    for section in dataclasses.fields(Config):
        hints = typing.get_type_hints(section.type)
        parts[section.name] = section.type(
            **{
                field.name: _value(field.name, hints[field.name])
                for field in dataclasses.fields(section.type)
            }
        )
    return Config(**parts)


def _value(name: str, kind: type):
    value = FLAGS[name].value
    if not isinstance(value, list):
        return value
    element = typing.get_args(kind)[0]
    try:
        return tuple(element(item) for item in value)
    except ValueError:
        raise ConfigError(name, f"must be a list of numbers. Received: {value!r}.") from None
