"""Reads landmarks from a file, for photos whose faces need not be detected.

* Text, like CelebA's list_landmarks_celeba.txt: a line with the number of images, a line with ten
  column names, then one line per image: name and ten numbers, separated by spaces.
* .csv: one row per image: name and ten numbers; a header row is optional (Kaggle's
  list_landmarks_align_celeba.csv has one).
* .json: an object mapping names to ten numbers, or to five pairs.

The ten numbers are x and y in pixels of the left eye, right eye, nose, left and right mouth corner,
left as the image is seen.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

#: CelebA's column names, in its order.
COLUMNS = tuple(
    f"{name}_{axis}"
    for name in ("lefteye", "righteye", "nose", "leftmouth", "rightmouth")
    for axis in "xy"
)
_Rows = Iterable[tuple[str, str, Sequence]]  # where, image name, values


def read_landmarks(path: Path | str) -> dict[str, np.ndarray]:
    """Image name -> landmarks, float64 (5, 2), x and y in pixels, in the file's order.

    The suffix determines the format. Raises ValueError with file and line unless each entry is a
    distinct name with ten finite numbers.
    """
    path = Path(path)
    read = {".csv": _csv_rows, ".json": _json_rows}.get(path.suffix.lower(), _text_rows)
    try:
        rows = list(read(path, path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} must be a UTF-8 text file. Received: {error}.") from None
    landmarks: dict[str, np.ndarray] = {}
    for where, name, values in rows:
        if name in landmarks:
            raise ValueError(f"{where}: {name!r} is listed twice. Remove one of them.")
        landmarks[name] = _points(where, name, values)
    if not landmarks:
        raise ValueError(
            f"{path} lists no images. It needs a line per image: name and ten numbers."
        )
    return landmarks


def _points(where: str, name: str, values: Sequence) -> np.ndarray:
    try:
        numbers = np.array(values, np.float64)
    except (TypeError, ValueError, OverflowError):
        numbers = np.empty(0)
    if numbers.shape not in ((10,), (5, 2)) or not np.isfinite(numbers).all():
        raise ValueError(
            f"{where}: an image needs ten finite numbers, {' '.join(COLUMNS)}. "
            f"Received for {name!r}: {str(values)[:120]}."
        )
    return numbers.reshape(5, 2)


def _text_rows(path: Path, text: str) -> _Rows:
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, cells) for number, cells in lines if cells]
    first = lines[0][1] if lines else []
    if len(first) != 1 or not first[0].isdecimal():
        raise ValueError(
            f"{path}: the first line must be the number of images, as in list_landmarks_celeba.txt."
            f" Received: {' '.join(first)[:60]!r}. Other formats need the suffix .csv or .json."
        )
    header = lines[1][1] if len(lines) > 1 else []
    _require_columns(path, header)
    rows = lines[2:]
    if len(rows) != int(first[0]):
        raise ValueError(
            f"{path}: the first line gives {first[0]} images, but the file lists {len(rows)}. "
            "It may be truncated: download it again, or correct the first line."
        )
    return ((f"{path}, line {number}", cells[0], cells[1:]) for number, cells in rows)


def _csv_rows(path: Path, text: str) -> _Rows:
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: not a CSV row ({error}).") from None
    # A header cannot be recognised just by parsing numbers: "nan" is a number to Python.
    if rows and len(rows[0][1]) == 11 and not any(map(_is_number, rows[0][1][1:])):
        _require_columns(path, rows.pop(0)[1][1:])
    return ((f"{path}, line {number}", cells[0], cells[1:]) for number, cells in rows)


def _json_rows(path: Path, text: str) -> _Rows:
    try:
        content = json.loads(text, object_pairs_hook=list)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{path} must be JSON. Received: {error}.") from None
    pairs_of = isinstance(content, list) and all(
        isinstance(pair, tuple) and isinstance(pair[1], list) for pair in content
    )
    if not pairs_of:
        raise ValueError(
            f"{path} must be a JSON object that maps image names to ten numbers. Received: "
            f"{text[:60]!r}."
        )
    return ((f"{path}", name, values) for name, values in content)


def _require_columns(path: Path, header: Sequence[str]) -> None:
    if [name.lower() for name in header] != list(COLUMNS):
        raise ValueError(
            f"{path}: the columns must be {' '.join(COLUMNS)}. Received: "
            f"{' '.join(header)[:200]!r}."
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
