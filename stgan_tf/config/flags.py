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


def define_flags(*sections: type, flag_values: flags.FlagValues = FLAGS) -> None:
    """Defines one flag a field of the given dataclasses."""
    for section in sections:
        hints = typing.get_type_hints(section)
        for field in dataclasses.fields(section):
            _define(field, hints[field.name], flag_values)


def _define(field: dataclasses.Field, kind: type, flag_values: flags.FlagValues) -> None:
    text, rules = field.metadata["help"], field.metadata
    options = {"flag_values": flag_values}
    limits = {"lower_bound": rules["minimum"], "upper_bound": rules["maximum"]}
    if kind is bool:
        flags.DEFINE_bool(field.name, field.default, text, **options)
    elif kind is int:
        flags.DEFINE_integer(field.name, field.default, text, **limits, **options)
    elif kind is float:
        flags.DEFINE_float(field.name, field.default, text, **limits, **options)
    elif kind is str and rules["choices"]:
        flags.DEFINE_enum(field.name, field.default, list(rules["choices"]), text, **options)
    elif kind is str:
        flags.DEFINE_string(field.name, field.default, text, **options)
    else:
        flags.DEFINE_list(field.name, [str(v) for v in field.default], text, **options)


def read_flags(section: type, base: Any = None, flag_values: flags.FlagValues = FLAGS) -> Any:
    """The dataclass `section` that the parsed flags describe. Flags that were not given take the
    value of `base`, an instance of it, if there is one.

    Raises ConfigError naming the flag whose value cannot work.
    """
    hints = typing.get_type_hints(section)
    names = [field.name for field in dataclasses.fields(section)]
    values = {
        name: flag_value(name, hints[name], flag_values)
        if base is None or flag_values[name].present
        else getattr(base, name)
        for name in names
    }
    if "split" in values and flag_values["split"].present and values["split"] != "fractions":
        # A flag file's shares do not apply to the split that was asked for after it. Shares without
        # any --split are refused: that is a forgotten --split=fractions.
        del values["split_fractions"]
    return section(**values)


def flag_value(name: str, kind: type, flag_values: flags.FlagValues = FLAGS) -> Any:
    """The flag's value, a list as a tuple of what `kind` holds; ConfigError where it cannot be."""
    value = flag_values[name].value
    if not isinstance(value, list):
        return value
    element = typing.get_args(kind)[0]
    try:
        return tuple(element(item) for item in value)
    except ValueError:
        raise ConfigError(name, f"must be a list of numbers. Received: {value!r}.") from None
