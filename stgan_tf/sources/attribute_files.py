"""Reads attribute files: CelebA's list_attr_celeba.txt, and tables in other layouts.

A header names the columns. One column contains the image file names (found by `name_column`; in
CelebA's text it is the first and has no title); the others are attributes or anything else. Only
the requested attributes are read and checked. The number of images may precede the header. See
`text_rows` for encodings and separators, `attribute_values` for the values.

The result is an ImageTable whose paths are the file names as listed. CelebA's 202,599 lines take
about two seconds.
"""

import difflib
import logging
import operator
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np

from stgan_tf.data.image_table import ImageTable
from stgan_tf.sources.attribute_values import AttributeValues, are_values, explain
from stgan_tf.sources.name_column import find_name_column, is_image_file
from stgan_tf.sources.text_rows import Row, read_rows

#: Number of rows used to find the column of names.
_SAMPLE_ROWS = 200


def read_attribute_file(path: Path | str, attributes: Sequence[str] | None = None) -> ImageTable:
    """The listed images with the columns `attributes`, in that order; None: all except the names.

    Raises ValueError naming the file and, if applicable, the line and value.
    """
    path = Path(path)
    rows, by_blanks = read_rows(path)
    announced, header, rows = _header(path, rows)
    sample = list(islice(rows, _SAMPLE_ROWS))
    if not sample:
        raise ValueError(f"{path}: no images are listed below the header.")
    header = _aligned(path, header, sample)
    names = None if attributes is None else tuple(attributes)
    columns = [] if names is None else [column_of(path, header, name) for name in names]
    name_column = find_name_column(header, [row for _, row in sample], columns)
    if name_column is None:
        raise ValueError(
            f"{path}: no column contains the image names, one distinct name per image. "
            f"Received: the columns {_shown(header)}."
        )
    if names is None:
        columns = [column for column in range(len(header)) if column != name_column]
        names = tuple(header[column] for column in columns)
        _require_distinct(path, "attribute", names)
    table = _read(path, header, chain(sample, rows), name_column, columns, names, by_blanks)
    if announced is not None and len(table) != announced:
        logging.warning(
            "%s: the first line gives %d images, but the file lists %d. If it is truncated, "
            "download it again.",
            path,
            announced,
            len(table),
        )
    return table


def write_attribute_file(path: Path | str, table: ImageTable) -> None:
    """Writes CelebA's text format with values 1 and -1; not atomic."""
    values = np.where(table.attributes == 1, " 1", "-1")
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{len(table)}\n{' '.join(table.names)}\n")
        for name, row in zip(table.paths, values, strict=True):
            file.write(f"{name} {' '.join(row)}\n")


def _header(path: Path, rows: Iterator[Row]) -> tuple[int | None, list[str], Iterator[Row]]:
    """The number of images given in the first line (or None), the header, and the rows below it."""
    number, cells = next(rows, (1, []))
    filled = [cell for cell in cells if cell.strip()]
    announced = None
    if len(filled) == 1 and filled[0].strip().isdigit():
        announced = int(filled[0])
        number, cells = next(rows, (number + 1, []))
    header = [cell.strip() for cell in cells]
    if not any(header):
        raise ValueError(
            f"{path}, line {number}: the header names no attributes. The first line must name the "
            "columns, or be the number of images and be followed by their names."
        )
    values = [cell for cell in header if not is_image_file(cell)]
    if values and are_values(values):
        raise ValueError(
            f"{path}, line {number}: there is no header: this line already describes an image. Add "
            f"a line with the column names above it. Received: {' '.join(header)[:60]!r}."
        )
    return announced, header, rows


def _aligned(path: Path, header: list[str], sample: list[Row]) -> list[str]:
    """The header with a title for every column: if the rows are longer, the name comes first, as in
    CelebA's text. A trailing separator does not count as a column.
    """
    widths = Counter(len(_stripped(row)) for _, row in sample)
    width = widths.most_common(1)[0][0]
    # Titles may be missing at the end if the header has as many cells as the rows.
    missing = max(0, min(width, len(header)) - len(_stripped(header)))
    header = [*_stripped(header), *[""] * missing]
    if width > len(header):
        header = ["", *header]
    if len(header) < 2:
        raise ValueError(
            f"{path}: the header names no attributes, only the image names. "
            f"Received: {_shown(header)}."
        )
    return header


def _stripped(row: Sequence[str]) -> Sequence[str]:
    """The row without empty cells at the end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _read(
    path: Path,
    header: Sequence[str],
    rows: Iterator[Row],
    name_column: int,
    columns: Sequence[int],
    names: tuple[str, ...],
    by_blanks: bool,
) -> ImageTable:
    files: list[str] = []
    values = bytearray()
    parse = AttributeValues().__getitem__
    pick = _picker(columns)
    width = len(header)
    needed = width if by_blanks else 1 + max([name_column, *columns])
    for number, row in rows:
        if len(row) != width:
            row = _fitted(path, number, row, width, needed, by_blanks)
        name = row[name_column].strip()
        if not name:
            raise ValueError(
                f"{path}, line {number}: the file name is empty (column "
                f"{header[name_column] or name_column + 1!r}). Fill it in or remove the line."
            )
        files.append(name)
        try:
            values.extend(map(parse, pick(row)))
        except KeyError as error:
            bad = next(i for i, cell in enumerate(pick(row)) if cell == error.args[0])
            raise ValueError(
                f"{path}, line {number}, {names[bad]} of {name!r}: {explain(error.args[0])}."
            ) from None
    _require_distinct(path, "image", files)
    attributes = np.frombuffer(bytes(values), np.uint8).reshape(len(files), len(names))
    return ImageTable(np.array(files), attributes, names)


def _picker(columns: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    if len(columns) == 1:
        return lambda row: (row[columns[0]],)
    return operator.itemgetter(*columns)


def _fitted(
    path: Path, number: int, row: Sequence[str], width: int, needed: int, by_blanks: bool
) -> Sequence[str]:
    """A row with the wrong number of cells, made to fit if possible; else ValueError."""
    if len(_stripped(row)) <= width <= len(row):
        return row[:width]
    if needed <= len(row) < width:
        return row  # the trailing cells that Excel omits were not requested
    surplus = len(row) - width
    name, values = " ".join(row[: surplus + 1]), row[surplus + 1 :]
    if by_blanks and surplus > 0 and is_image_file(name) and are_values(values):
        return [name, *values]  # spaces in a file name
    raise ValueError(
        f"{path}, line {number}: expected {width} columns (a file name and {width - 1} values) as "
        f"in the header. Received: {len(row)}, starting with {' '.join(row[:3])[:60]!r}."
    )


def column_of(path: Path | str, header: Sequence[str], name: str) -> int:
    """The index of the column `name`, ignoring case and treating spaces, dashes and underscores
    alike. Raises ValueError naming `path` if there is none or more than one.
    """
    for form in (str, _loose):
        found = [i for i, title in enumerate(header) if form(title) == form(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"{path}: {len(found)} columns are called {name!r}. Rename one.")
    titles = [title for title in header if title]
    near = difflib.get_close_matches(name, titles, n=3, cutoff=0.4)
    nearest = f"Nearest: {', '.join(near)}. " if near else ""
    raise ValueError(
        f"Unknown attribute: {name!r}. {nearest}The columns of {path}: {_shown(titles)}. "
        "Choose with --attributes."
    )


def _loose(title: str) -> str:
    return "_".join(title.replace("-", " ").replace("_", " ").split()).casefold()


def _shown(titles: Sequence[str], most: int = 60) -> str:
    more = f", and {len(titles) - most} more" if len(titles) > most else ""
    return ", ".join(title or "(no title)" for title in titles[:most]) + more


def _require_distinct(path: Path, kind: str, names: Sequence[str]) -> None:
    if len(set(names)) == len(names):
        return
    repeated = [name for name, count in Counter(names).items() if count > 1]
    raise ValueError(
        f"{path}: {len(repeated)} {kind} name(s) appear more than once: {', '.join(repeated[:5])}."
    )
