"""The help of a flag: its syntax, what it does, its default, its range and the paper's value."""

import textwrap

from absl import flags

from stgan_tf.flag_notes import NOTES, FlagNote, limits_text, number_text

#: Columns for the flag itself, if the terminal is wide enough to show the text beside it.
_FLAG_COLUMN = 30
_NARROW = 76

_VALUES = {"int": "N", "float": "X", "comma separated list of strings": "A,B,..."}


def flag_text(name: str, flag_values: flags.FlagValues, width: int) -> str:
    """The help of one flag, wrapped to `width` columns."""
    flag = flag_values[name]
    facts = "; ".join(filter(None, (_default(flag), _choice(flag), _paper(name))))
    text = _help(flag) + (f" [{facts}]" if facts else "")
    column = _FLAG_COLUMN if width >= _NARROW else 6
    given = f"  {_signature(flag)}"
    indent = " " * column
    indents = {"initial_indent": indent, "subsequent_indent": indent}
    lines = textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False, **indents)
    if len(given) < column:
        lines[0] = given.ljust(column) + lines[0][column:]
        return "\n".join(lines)
    return "\n".join([given, *lines])


def range_text(flag: flags.Flag) -> str:
    """The values that the flag takes, such as "8 to 2048"; empty: any value of its type."""
    note = NOTES.get(flag.name, FlagNote(""))
    if note.limits:
        return note.limits
    if isinstance(flag.parser, flags.IntegerParser | flags.FloatParser):
        return limits_text(flag.parser.lower_bound, flag.parser.upper_bound)
    return ", ".join(filter(None, getattr(flag.parser, "enum_values", ())))


def wanted_text(flag: flags.Flag) -> str:
    """What a value of the flag must be, such as "a whole number, 8 to 2048"; empty for any text."""
    if flag.boolean:
        return "true or false"
    span = range_text(flag)
    if isinstance(flag.parser, flags.EnumParser):
        return f"one of {span}"
    if isinstance(flag.parser, flags.IntegerParser):
        return ", ".join(filter(None, ("a whole number", span)))
    if isinstance(flag.parser, flags.FloatParser):
        return ", ".join(filter(None, ("a number", span)))
    return ""


def is_needed(flag: flags.Flag) -> bool:
    """Whether the flag is required."""
    return flag.default is None and any(not check.checker(None) for check in flag.validators)


def _help(flag: flags.Flag) -> str:
    """The flag's help without what absl adds: the choices, which are shown separately, and the note
    on repeating a list.
    """
    text = flag.help.rstrip().partition(";\n    repeat this option")[0]
    if isinstance(flag.parser, flags.EnumParser):
        text = text.removeprefix(f"<{'|'.join(flag.parser.enum_values)}>: ")
    return text


def _signature(flag: flags.Flag) -> str:
    short = f"-{flag.short_name}, " if flag.short_name else ""
    if flag.boolean:
        return f"{short}--{flag.name}" if flag.name == "help" else f"{short}--[no]{flag.name}"
    return f"{short}--{flag.name}={_VALUES.get(flag.flag_type(), 'TEXT')}"


def _default(flag: flags.Flag) -> str:
    note = NOTES.get(flag.name, FlagNote(""))
    if flag.name == "help":
        return ""
    if note.default:
        return f"default: {note.default}"
    if flag.default is None:
        return "required" if is_needed(flag) else "default: none"
    if flag.boolean:
        return f"default: {'on' if flag.default else 'off'}"
    if isinstance(flag.default, list):
        return f"default: {', '.join(map(str, flag.default)) or 'empty'}"
    return f"default: {number_text(flag.default)}" if flag.default != "" else "default: empty"


def _choice(flag: flags.Flag) -> str:
    text = range_text(flag)
    return f"of {text}" if "," in text else text


def _paper(name: str) -> str:
    note = NOTES.get(name)
    return f"paper: {note.paper}" if note and note.paper else ""
