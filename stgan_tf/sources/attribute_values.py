"""What people write for "has the attribute" and "has it not"."""

from collections.abc import Iterable

_TRUE = ("1", "true", "yes", "y", "t", "wahr", "vrai", "vero", "verdadero", "verdadeiro")
_FALSE = ("0", "-1", "false", "no", "n", "f", "falsch", "faux", "falso")
_MISSING = ("", "nan", "na", "n/a", "#n/a", "null", "none", "-", "?")
#: A minus sign of typography, as spreadsheets and web pages set it.
_MINUS_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-"})


class AttributeValues(dict):
    """text -> 1 or 0, learnt as texts come: 1, -1, 0, True, no, 1.0, and 1,0 where the comma is a
    decimal one. KeyError for anything else. Excel's TRUE in the languages it translates, too.
    """

    def __missing__(self, text: str) -> int:
        value = _parse(text)
        if value is None:
            raise KeyError(text)
        self[text] = value
        return value


def are_values(texts: Iterable[str]) -> bool:
    """Whether all of `texts` are such values."""
    return all(_parse(text) is not None for text in texts)


def explain(text: str) -> str:
    """What is wrong with a text that is no value, for messages."""
    if text.strip().casefold() in _MISSING:
        return (
            f"the value is missing. Received: {text!r}. Fill it in, or take the row out of the list"
        )
    return (
        "values must be 1 or True or yes (has it), or -1, 0, False or no (has it not). "
        f"Received: {text[:60]!r}"
    )


def _parse(text: str) -> int | None:
    word = text.strip().casefold().translate(_MINUS_SIGNS)
    if word in _TRUE:
        return 1
    if word in _FALSE:
        return 0
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        return None
    return int(number == 1) if number in (-1, 0, 1) else None
