"""Reads attribute files: CelebA's list_attr_celeba.txt and CSV files.

Text: a line with the number of images, a line with the attribute names, then one line an image:
file name and one value for each attribute, separated by blanks. CSV: a header row (first column:
file name, whatever it is called, as image_id in Kaggle's list_attr_celeba.csv), then one row an
image. Values are -1, 0 or 1; -1 and 0 both mean that the attribute is absent.

The result is an ImageTable whose paths are the file names as listed. CelebA's 202,599 lines take
about two seconds.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from stgan_tf.data.image_table import ImageTable

#: pandas writes whole columns as 1.0/-1.0 when one value was missing once.
_VALUES = {"1": 1, "-1": 0, "0": 0, "+1": 1, "1.0": 1, "-1.0": 0, "0.0": 0}


def read_attribute_file(path: Path | str) -> ImageTable:
    """Reads a CSV (by its suffix) or CelebA's text format. Errors name the file and the line."""
    path = Path(path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        if path.suffix.lower() == ".csv":
            return _read_csv(path, lines)
        return _read_text(path, lines)


def write_attribute_file(path: Path | str, table: ImageTable) -> None:
    """Writes CelebA's text format, values 1 and -1; not atomic."""
    values = np.where(table.attributes == 1, " 1", "-1")
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{len(table)}\n{' '.join(table.names)}\n")
        for name, row in zip(table.paths, values, strict=True):
            file.write(f"{name} {' '.join(row)}\n")


def _read_text(path: Path, lines: Iterable[str]) -> ImageTable:
    numbered = _numbered(line.split() for line in lines)
    number, count_line = next(numbered, (1, []))
    if len(count_line) != 1 or not count_line[0].isdigit():
        raise ValueError(
            f"{path}, line {number}: the first line must be the number of images, as in "
            f"list_attr_celeba.txt. Received: {' '.join(count_line)[:60]!r}. "
            "A comma separated file needs the suffix .csv."
        )
    _, names = next(numbered, (2, []))
    table = _read_rows(path, names, numbered)
    if len(table) != int(count_line[0]):
        raise ValueError(
            f"{path}: the first line announces {count_line[0]} images, the file lists {len(table)}."
            " It may be cut off: fetch it again, or correct the first line."
        )
    return table


def _read_csv(path: Path, lines: Iterable[str]) -> ImageTable:
    numbered = _numbered([cell.strip() for cell in row] for row in csv.reader(lines))
    _, header = next(numbered, (1, []))
    return _read_rows(path, header[1:], numbered)


def _numbered(rows: Iterable[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows that hold anything, with their line number from 1."""
    return ((number, row) for number, row in enumerate(rows, start=1) if row)


def _read_rows(
    path: Path, names: Sequence[str], rows: Iterator[tuple[int, Sequence[str]]]
) -> ImageTable:
    if not names:
        raise ValueError(f"{path}: the header names no attributes.")
    _require_distinct(path, "attribute", names)
    files: list[str] = []
    values = bytearray()
    for number, row in rows:
        if len(row) != len(names) + 1:
            raise ValueError(
                f"{path}, line {number}: expected a file name and {len(names)} values as in the "
                f"header. Received: {len(row)} columns, beginning {' '.join(row[:3])[:60]!r}."
            )
        files.append(row[0])
        try:
            values.extend(map(_VALUES.__getitem__, row[1:]))
        except KeyError as error:
            raise ValueError(
                f"{path}, line {number}: attribute values must be -1, 0 or 1. "
                f"Received: {error.args[0]!r} for {row[0]!r}."
            ) from None
    if not files:
        raise ValueError(f"{path}: no images are listed below the header.")
    _require_distinct(path, "image", files)
    attributes = np.frombuffer(bytes(values), np.uint8).reshape(len(files), len(names))
    return ImageTable(np.array(files), attributes, tuple(names))


def _require_distinct(path: Path, kind: str, names: Sequence[str]) -> None:
    if len(set(names)) == len(names):
        return
    repeated = [name for name, count in Counter(names).items() if count > 1]
    raise ValueError(
        f"{path}: {len(repeated)} {kind} name(s) appear more than once: {', '.join(repeated[:5])}."
    )
