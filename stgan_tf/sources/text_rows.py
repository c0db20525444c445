"""Reads tables from text files as written by programs and edited by people: in any of the usual
encodings, separators and line endings.

Encodings: UTF-8 and UTF-16 with or without a byte order mark, UTF-32 with one, else cp1252.
Separators: comma, semicolon, tab or vertical bar, whichever splits the header and the lines below
it consistently (or as given by Excel's first line, sep=;), else any amount of whitespace. The
file's suffix is ignored.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

#: A line number, from 1, and the line's cells.
Row = tuple[int, Sequence[str]]

_SEPARATORS = ("\t", ";", ",", "|")
_SAMPLE_LINES = 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, because it starts with UTF-16's mark.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: First bytes of files that are often mistaken for tables.
_OTHER_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive: save the table as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save the table as CSV"),
    (b"\x1f\x8b", "gzip-compressed: unpack it"),
    (b"PAR1", "a Parquet file: use --dataset=parquet"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it"),
    (b"Rar!", "a rar archive: unpack it"),
    (b"%PDF", "a PDF document"),
)


def read_rows(path: Path) -> tuple[Iterator[Row], bool]:
    """The non-empty lines of `path`, split into cells, and whether they are separated by
    whitespace, so that empty cells go unnoticed.

    Raises ValueError if the file is not text, saying what it is if that is known.
    """
    text = _decoded(path)
    first, _, rest = text.partition("\n")
    skipped = 0
    if named := re.fullmatch(r'"?sep=(.)"?;*,*', first.strip("\r"), re.IGNORECASE):
        separator, text, skipped = named[1], rest, 1
    else:
        separator = _separator(text)
    if separator is None and '"' not in text[: text.find("\n", len(first) + 1)]:
        return _by_blanks(text), True
    return _by_separator(path, text, separator or " ", skipped), separator is None


def _by_blanks(text: str) -> Iterator[Row]:
    for number, line in enumerate(io.StringIO(text), start=1):
        if cells := line.split():
            yield number, cells


def _by_separator(path: Path, text: str, separator: str, skipped: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=separator != "\t")
    try:
        for cells in reader:
            if any(cells):
                yield reader.line_num + skipped, cells
    except csv.Error as error:
        raise ValueError(
            f"{path}, line {reader.line_num + skipped}: {error}. Save the table as CSV again."
        ) from error


def _decoded(path: Path) -> str:
    """The text with \\n as line endings."""
    data = path.read_bytes()
    for start, kind in _OTHER_KINDS:
        if data.startswith(start):
            raise ValueError(f"{path} is {kind}. Received: bytes starting with {data[:4]!r}.")
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = "\0"
    if "\0" in text:
        raise ValueError(
            f"{path} is not a text file in UTF-8, UTF-16 or cp1252. "
            f"Received: bytes starting with {data[:16]!r}. Save the table as CSV in UTF-8."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encodings(data: bytes) -> Sequence[str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [encoding]
    # In UTF-16, every other byte of the names, signs and digits in such tables is zero.
    start = data[:4096]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if 2 * start[offset::2].count(0) > len(start) // 2 > 0:
            return [encoding]
    return ["utf-8", "cp1252"]


def _separator(text: str) -> str | None:
    """The separator that splits the first lines into the same number of cells, the largest number
    of cells winning; None if there is none.
    """
    # At least two lines: the first may be the number of images or the only line.
    lines = [line for line in islice(io.StringIO(text), _SAMPLE_LINES) if line.strip()]
    best, most = None, 1
    for separator in _SEPARATORS:
        rows = list(csv.reader(lines, delimiter=separator))
        widths = [len(row) for row in rows]
        if len(widths) > 2 and widths[0] == 1:
            widths = widths[1:]  # the first is the number of images
        header, *others = widths or [0]
        # A row may have an index that the header does not name, a trailing separator, or (in Excel)
        # no cells for empty last columns.
        fit = sum(abs(width - header) <= 1 for width in others)
        if header > most and 2 * fit >= len(others):
            best, most = separator, header
    return best
