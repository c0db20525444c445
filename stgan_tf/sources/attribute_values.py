"""The values that mean "has the attribute" and "does not have it"."""

from collections.abc import Iterable

_TRUE = ("1", "true", "yes", "y", "t", "wahr", "vrai", "vero", "verdadero", "verdadeiro")
_FALSE = ("0", "-1", "false", "no", "n", "f", "falsch", "faux", "falso")
_MISSING = ("", "nan", "na", "n/a", "#n/a", "null", "none", "-", "?")
#: The typographic minus sign, as spreadsheets and web pages produce it.
_MINUS_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-"})


class AttributeValues(dict):
    """text -> 1 or 0, cached as texts are looked up: 1, -1, 0, True, no, 1.0, 1,0 with a decimal
    comma, and Excel's TRUE and FALSE in other languages. KeyError for anything else.
    """

    def __missing__(self, text: str) -> int:
        value = _parse(text)
        if value is None:
            raise KeyError(text)
        self[text] = value
        return value


def are_values(texts: Iterable[str]) -> bool:
    """Whether all of `texts` are attribute values."""
    return all(_parse(text) is not None for text in texts)


def explain(text: str) -> str:
    """Explains, for error messages, why a text is not an attribute value."""
    if text.strip().casefold() in _MISSING:
        return (
            f"the value is missing. Received: {text!r}. Fill it in, or remove the row from the list"
        )
    return (
        "values must be 1, True or yes (present), or -1, 0, False or no (absent). "
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
