"""Finds the column of a table that contains the image file names."""

import re
from collections.abc import Iterable, Sequence

from stgan_tf.image_formats import SUFFIXES
from stgan_tf.sources.attribute_values import are_values

#: Usual titles of such columns (letters and digits only), most reliable first.
_HEADERS = (
    *("imageid", "filename", "imagename", "imgname", "imagefile", "imgfile", "filepath"),
    *("imagepath", "imgpath", "path", "file", "image", "img", "imgid", "fname", "photo", "picture"),
    *("imageurl", "url", "name", "id", "key", "index", ""),
)


def is_image_file(text: str) -> bool:
    """Whether `text` has the suffix of an image file."""
    stem, _, suffix = text.rstrip().rpartition(".")
    return bool(stem) and f".{suffix.lower()}" in SUFFIXES


def find_name_column(
    header: Sequence[str], rows: Sequence[Sequence[str]], asked: Iterable[int]
) -> int | None:
    """The index of the column that contains the image names; None if no column can.

    Args:
        header: The names of the C columns.
        rows: Sample rows of C cells; more rows are more reliable.
        asked: Indices of the columns requested as attributes.

    Among the columns that are not requested, it is one with image file names, else one with a usual
    title, else one with texts that are not attribute values, else the first that may be image
    numbers; columns with distinct values and no gaps come first.
    """
    asked = set(asked)
    ranks = {}
    for column, title in enumerate(header):
        cells = [row[column].strip() if column < len(row) else "" for row in rows]
        filled = [cell for cell in cells if cell]
        if column in asked or not filled:
            continue
        title = re.sub(r"[\W_]", "", title).casefold()
        known = _HEADERS.index(title) if title in _HEADERS else len(_HEADERS)
        if all(map(is_image_file, filled)):
            kind = 0
        elif known < len(_HEADERS) - 1:
            kind = 1
        elif len(rows) > 1 and are_values(cells):
            continue
        else:
            kind = 3 if all(map(_is_number, filled)) else 2
        # If no other column fits, the reader reports the gaps and repetitions.
        is_whole = len(set(filled)) == len(cells)
        if is_whole or kind < 2:
            ranks[column] = (not is_whole, kind, known, column)
    return min(ranks, key=ranks.__getitem__, default=None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
