"""Command-line flags made from the fields of configuration dataclasses, and back.

Each field is one absl flag of the same name; help, range and default come from the field. Flags can
be kept in a file (--flagfile=flags/celeba.cfg).
"""

import dataclasses
import typing
from typing import Any

from absl import flags

from stgan_tf.options import ConfigError

FLAGS = flags.FLAGS


def define_flags(*sections: type) -> None:
    """Defines one flag a field of the given dataclasses."""
    for section in sections:
        hints = typing.get_type_hints(section)
        for field in dataclasses.fields(section):
            _define(field, hints[field.name])


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


def read_flags(section: type, base: Any = None) -> Any:
    """The dataclass `section` that the parsed flags describe. Flags that were not given take the
    value of `base`, an instance of it, if there is one.

    Raises ConfigError naming the flag whose value cannot work.
    """
    hints = typing.get_type_hints(section)
    names = [field.name for field in dataclasses.fields(section)]
    values = {
        name: flag_value(name, hints[name])
        if base is None or FLAGS[name].present
        else getattr(base, name)
        for name in names
    }
    if "split" in values and FLAGS["split"].present and values["split"] != "fractions":
        # A flag file's shares do not apply to the split that was asked for after it. Shares without
        # any --split are refused: that is a forgotten --split=fractions.
        del values["split_fractions"]
    return section(**values)


def flag_value(name: str, kind: type) -> Any:
    value = FLAGS[name].value
    if not isinstance(value, list):
        return value
    element = typing.get_args(kind)[0]
    try:
        return tuple(element(item) for item in value)
    except ValueError:
        raise ConfigError(name, f"must be a list of numbers. Received: {value!r}.") from None
