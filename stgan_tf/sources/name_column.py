"""Which column of a table names the image files."""

import re
from collections.abc import Iterable, Sequence

from stgan_tf.image_formats import SUFFIXES
from stgan_tf.sources.attribute_values import are_values

#: What such columns are called (letters and digits only), the surest first.
_HEADERS = (
    *("imageid", "filename", "imagename", "imgname", "imagefile", "imgfile", "filepath"),
    *("imagepath", "imgpath", "path", "file", "image", "img", "imgid", "fname", "photo", "picture"),
    *("imageurl", "url", "name", "id", "key", "index", ""),
)


def is_image_file(text: str) -> bool:
    """Whether `text` ends like the name of an image file."""
    stem, _, suffix = text.rstrip().rpartition(".")
    return bool(stem) and f".{suffix.lower()}" in SUFFIXES


def find_name_column(
    header: Sequence[str], rows: Sequence[Sequence[str]], asked: Iterable[int]
) -> int | None:
    """The index of the column that names the images; None where none can.

    Args:
        header: The C columns' names.
        rows: Some rows of C cells, the more the surer.
        asked: Indices of columns that are attributes.

    It is, of the columns that are not asked for: one of image file names, else one whose header
    says so, else one of texts that are no attribute values, else the first that may be numbers of
    images; first of all one whose cells are filled and all different.
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
        # Gaps and repetitions are for the reader to refuse, if no other column will do.
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
