"""The attributes of the faces to edit, as users give them. No TensorFlow here."""

import numbers
from collections.abc import Mapping, Sequence

import numpy as np

from stgan_tf.attributes import require_known

#: The attributes of faces as users may give them: see `given_source`.
Source = str | Mapping | Sequence | np.ndarray | None


def given_source(source: Source, names: Sequence[str], count: int) -> np.ndarray:
    """(count, A) float32 of 1, 0 and NaN (unknown): the attributes a user gives for `count` images.

    Args:
        source: None: nothing is given (all NaN). The same for all images: text ("Male,Young" or
            "Male=1,Bald=0"), a list of names, a mapping {name: 0 or 1}, or numbers (A,); in the
            first three, names left out count as 0. One per image: numbers (count, A), or a list of
            `count` of any of these. NaN, or None for a number or an image, means unknown.

    Raises ValueError for unknown names, values other than 0 and 1, or the wrong number of values.
    """
    if source is None or isinstance(source, (str, Mapping)) or _is_names(source):
        return np.tile(_row(source, names), (count, 1))
    if not isinstance(source, np.ndarray) and not any(_is_number(item) for item in source):
        if len(source) != count:
            raise _wrong_source(source, names, count)
        return np.stack([given_source(item, names, 1)[0] for item in source])
    try:
        values = np.asarray(source, np.float32)
    except (TypeError, ValueError):
        raise _wrong_source(source, names, count) from None
    values = np.tile(values, (count, 1)) if values.ndim == 1 else values
    known = values[~np.isnan(values)]
    if values.shape != (count, len(names)) or not np.isin(known, (0, 1)).all():
        raise _wrong_source(source, names, count)
    return values


def _is_number(item: object) -> bool:
    return isinstance(item, (numbers.Real, np.bool_))


def _is_names(source: object) -> bool:
    return not isinstance(source, np.ndarray) and all(isinstance(item, str) for item in source)


def _row(source: str | Mapping | Sequence[str] | None, names: Sequence[str]) -> np.ndarray:
    if source is None:
        return np.full(len(names), np.nan, np.float32)
    if isinstance(source, str):
        source = dict(_told(item, source) for item in source.split(","))
    elif not isinstance(source, Mapping):
        source = dict.fromkeys(source, 1)
    require_known(source, names)
    row = np.zeros(len(names), np.float32)
    for name, value in source.items():
        if value is not None and not (_is_number(value) and (value in (0, 1) or np.isnan(value))):
            raise ValueError(
                f"`source` must be 1 (present) or 0 (absent). Received: {name}={value!r}."
            )
        row[names.index(name)] = np.nan if value is None else value
    return row


def _told(item: str, text: str) -> tuple[str, float]:
    name, separator, value = (part.strip() for part in item.partition("="))
    if not separator:
        return name, 1.0
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(
            f"A source attribute must read NAME, NAME=1 or NAME=0. Received: {item!r} in {text!r}."
        ) from None


def _wrong_source(source: object, names: Sequence[str], count: int) -> ValueError:
    return ValueError(
        f"`source` must be {len(names)} values of 0 or 1 (NaN: unknown) per image, for {count} "
        f"image{'s' if count != 1 else ''}, or names of attributes. Received: {source!r}."
    )
