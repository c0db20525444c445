"""Defines command-line flags from the fields of configuration dataclasses, and reads them back.

Each field is an absl flag of the same name, with the field's help, range and default. Flags can be
kept in a file (--flagfile=flags/celeba.cfg).
"""

import dataclasses
import typing
from typing import Any

from absl import flags

from stgan_tf.flag_notes import NOTES, FlagNote, limits_text, number_text
from stgan_tf.options import ConfigError

FLAGS = flags.FLAGS


def define_flags(*sections: type, flag_values: flags.FlagValues = FLAGS) -> None:
    """Defines a flag for each field of the given dataclasses."""
    for section in sections:
        hints = typing.get_type_hints(section)
        for field in dataclasses.fields(section):
            _define(field, hints[field.name], flag_values)
            if flag_values is FLAGS:
                NOTES[field.name] = field_note(section, field)


def field_note(section: type, field: dataclasses.Field) -> FlagNote:
    """What the help shows about a field, an `option` of the dataclass `section`."""
    rules = field.metadata
    paper = "" if rules["paper"] is None else value_text(rules["paper"])
    limits = limits_text(rules["minimum"], rules["maximum"])
    return FlagNote(rules["group"] or section.GROUP, paper, limits=limits)


def value_text(value: Any) -> str:
    """The value as written on the command line, but booleans as "on" and "off"."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(map(str, value)) if isinstance(value, tuple) else number_text(value)


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
    """Builds the dataclass `section` from the parsed flags.

    Args:
        section: The dataclass.
        base: An instance of it whose values apply to flags that were not given; None: their
            defaults apply.
        flag_values: The parsed flags.

    Raises:
        ConfigError: A value cannot work; the message names its flag.
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
        # The shares of a flag file do not apply to a different --split given after it. Shares
        # without any --split are refused: --split=fractions was probably forgotten.
        del values["split_fractions"]
    return section(**values)


def flag_value(name: str, kind: type, flag_values: flags.FlagValues = FLAGS) -> Any:
    """The flag's value; a list becomes a tuple of `kind`'s element type, or raises ConfigError."""
    value = flag_values[name].value
    if not isinstance(value, list):
        return value
    element = typing.get_args(kind)[0]
    try:
        return tuple(element(item) for item in value)
    except ValueError:
        raise ConfigError(name, f"must be a list of numbers. Received: {value!r}.") from None
