"""Fields of configuration dataclasses: help text, valid range, and checks of types and values."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any


def option(
    default: Any,
    help_text: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Sequence[str] | None = None,
    group: str = "",
    paper: Any = None,
) -> Any:
    """A dataclass field that is also a flag: its help text, its valid range (both ends inclusive),
    its heading in the help (empty: the class's GROUP) and the paper's value (None: unknown).
    """
    metadata = {"help": help_text, "minimum": minimum, "maximum": maximum, "choices": choices}
    return dataclasses.field(default=default, metadata={**metadata, "group": group, "paper": paper})


class ConfigError(ValueError):
    """An invalid value or combination of values; `flag` names the field."""

    def __init__(self, flag: str, message: str):
        super().__init__(f"--{flag}: {message}")
        self.flag = flag


class Checked:
    """Checks every field's type, range and choices when an instance is made."""

    def __post_init__(self) -> None:
        hints = typing.get_type_hints(type(self))
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, list):  # JSON has no tuples
                value = tuple(value)
                object.__setattr__(self, field.name, value)
            if hints[field.name] is float and type(value) is int:
                object.__setattr__(self, field.name, float(value))
            _check(field.name, value, hints[field.name], field.metadata)


def _check(name: str, value: Any, kind: Any, rules: Mapping[str, Any]) -> None:
    expected = tuple if isinstance(kind, types.GenericAlias) else kind
    ok = isinstance(value, (int, float)) if expected is float else isinstance(value, expected)
    if not ok or (isinstance(value, bool) and expected is not bool):
        raise ConfigError(name, f"must be {expected.__name__}. Received: {value!r}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(name, f"must be a finite number. Received: {value!r}.")
    if rules.get("choices") and value not in rules["choices"]:
        raise ConfigError(
            name, f"must be one of {', '.join(rules['choices'])}. Received: {value!r}."
        )
    low, high = rules.get("minimum"), rules.get("maximum")
    numbers = value if isinstance(value, tuple) else (value,)
    for number in numbers:
        if low is not None and number < low or high is not None and number > high:
            span = f"at least {low}" if high is None else f"between {low} and {high}"
            raise ConfigError(name, f"must be {span}. Received: {value!r}.")
