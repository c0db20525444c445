"""Reads the labels, names and splits of images from Parquet files, without the pixels."""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stgan_tf.sources.attribute_values import AttributeValues, explain
from stgan_tf.sources.name_column import find_name_column, is_image_file

_FILE_SPLIT = re.compile(r"(train|validation|valid|val|dev|test)(?![a-z])", re.IGNORECASE)
_NUMBERS = {"0": 0, "train": 0, "1": 1, "validation": 1, "valid": 1, "val": 1, "dev": 1}
_NUMBERS |= {"2": 2, "test": 2}
#: Columns with more distinct values than this are not attributes.
_MOST_VALUES = 100


@dataclasses.dataclass(frozen=True)
class ParquetTable:
    """The N rows of one or more files.

    files: In row order, each with its number of rows.
    image_column: The column of bytes, or of structs with a field `bytes`; None if paths name the
        images.
    paths: (N) image paths as written in the files, "" for rows without one.
    labels: (N,) uint8 in {0, 1} for each column that can be an attribute.
    left_out: Why each other column cannot be an attribute.
    splits: (N,) uint8 of 0 train, 1 validation, 2 test; None if not specified.
    """

    files: list[tuple[Path, int]]
    image_column: str | None
    paths: list[str]
    labels: dict[str, np.ndarray]
    left_out: dict[str, str]
    splits: np.ndarray | None


def require_pyarrow() -> Any:
    """pyarrow's Parquet module; raises ModuleNotFoundError that says what to install."""
    try:
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Parquet files need pyarrow: pip install 'stgan-tf[parquet]' (or pyarrow)."
        ) from error
    return pyarrow.parquet


def read_table(files: Sequence[Path], data_dir: Path) -> ParquetTable:
    """The combined contents of `files`, which are in or below data_dir. Raises ValueError naming
    the file if one cannot be read or contains no images.
    """
    import pyarrow as pa

    parquet = require_pyarrow()
    numbers = {path: _split_of_file(path, data_dir) for path in files}
    files = sorted(files, key=lambda path: numbers[path] if numbers[path] is not None else 3)
    image_column, has_bytes = _image_column(files[0], _schema(parquet, files[0]))
    tables = []
    for path in files:
        schema = _schema(parquet, path)
        if image_column is not None and image_column not in schema.names:
            raise ValueError(
                f"{path} has no column {image_column!r}, as {files[0]} has. Received: the columns "
                f"{', '.join(schema.names)}. Name the files of one data set with --data_dir."
            )
        columns = _small_columns(schema, image_column)
        # Not read_table, which names the path of a struct `path`.
        with parquet.ParquetFile(path) as file:
            tables.append(_flat(file.read(columns)))
    counted = [(path, table.num_rows) for path, table in zip(files, tables, strict=True)]
    try:
        table = pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException as error:
        raise ValueError(
            f"The Parquet files {files[0]} to {files[-1]} have different columns: {error}"
        ) from error
    if not table.num_rows:
        raise ValueError(f"{files[0]} has no rows.")
    paths_column = f"{image_column}.path" if image_column else _paths_column(files[0], table)
    paths = _texts(table, paths_column) if paths_column in table.column_names else []
    labels, left_out = _labels(table.drop_columns([paths_column] if paths else []), counted)
    splits = _splits(table, counted, [numbers[path] for path in files])
    return ParquetTable(
        counted,
        image_column if has_bytes else None,
        paths or [""] * table.num_rows,
        labels,
        left_out,
        splits,
    )


def _schema(parquet: Any, path: Path) -> Any:
    import pyarrow as pa

    try:
        return parquet.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        with path.open("rb") as file:
            start = file.read(12)
        pointer = " It is a Git LFS pointer: fetch it with git lfs pull." * (
            start == b"version http"
        )
        raise ValueError(
            f"{path} is not a readable Parquet file ({str(error).splitlines()[0]}).{pointer}"
        ) from error


def _image_column(path: Path, schema: Any) -> tuple[str | None, bool]:
    """The column of images (the one named `image` if there are several) and whether it contains
    bytes; None if a column of strings may contain paths instead.
    """
    import pyarrow as pa

    found = {}
    for field in schema:
        if _is_bytes(field.type):
            found[field.name] = True
        elif _is_image(field.type):
            found[field.name] = field.type.get_field_index("bytes") >= 0
    if not found:
        if any(pa.types.is_string(f.type) or pa.types.is_large_string(f.type) for f in schema):
            return None, False
        raise ValueError(
            f"{path} has no column of images (bytes, or a struct of bytes and path). "
            f"Received: the columns {', '.join(schema.names)}."
        )
    name = min(found, key=lambda name: (name.casefold() not in ("image", "img"), name))
    return name, found[name]


def _is_struct(kind: Any) -> bool:
    import pyarrow as pa

    return pa.types.is_struct(kind)


def _small_columns(schema: Any, image_column: str | None) -> list[str]:
    """All columns except bytes: of the image, only its path."""
    columns = []
    for field in schema:
        if field.name == image_column:
            if _is_struct(field.type) and field.type.get_field_index("path") >= 0:
                columns.append(f"{field.name}.path")
        elif not (_is_bytes(field.type) or _is_image(field.type)):
            columns.append(field.name)
    return columns


def _is_bytes(kind: Any) -> bool:
    import pyarrow as pa

    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _is_image(kind: Any) -> bool:
    """Whether the type is like `datasets.Image`."""
    return _is_struct(kind) and {part.name for part in kind} <= {"bytes", "path"}


def _flat(table: Any) -> Any:
    """The table with the fields of structs as columns `struct.field`."""
    while any(_is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _paths_column(path: Path, table: Any) -> str:
    """The column of strings that contains the image paths."""
    names = table.column_names
    rows = list(zip(*(_texts(table.slice(0, 200), name) for name in names), strict=True))
    column = find_name_column(names, rows, ())
    if column is None:
        raise ValueError(
            f"{path}: no column contains the image paths. Received: {', '.join(names)}."
        )
    return names[column]


def _texts(table: Any, column: str) -> list[str]:
    return ["" if value is None else str(value) for value in table.column(column).to_pylist()]


def _labels(
    table: Any, counted: Sequence[tuple[Path, int]]
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The columns of attribute values by name (a struct's field by its own name), and why the other
    columns are not attributes.
    """
    import pyarrow as pa

    labels, left_out = {}, {}
    for column in table.column_names:
        name = column.rpartition(".")[2]
        name = column if name in labels else name
        values = table.column(column).combine_chunks()
        if pa.types.is_nested(values.type):
            left_out[name] = f"column {column} has the type {values.type}"
            continue
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        encoded = values.dictionary_encode(null_encoding="encode")
        indices = encoded.indices.to_numpy(zero_copy_only=False)
        parse = AttributeValues()
        numbers = np.zeros(len(encoded.dictionary), np.uint8)
        for i, value in enumerate(encoded.dictionary.to_pylist()[:_MOST_VALUES]):
            text = "" if value is None else str(value)
            try:
                numbers[i] = parse[text]
            except KeyError:
                where = _where(int(np.flatnonzero(indices == i)[0]), counted)
                left_out[name] = f"{where}, {column}: {explain(text)}"
                break
        else:
            labels[name] = numbers[indices]
    return labels, left_out


def _where(row: int, counted: Sequence[tuple[Path, int]]) -> str:
    for path, count in counted:
        if row < count:
            return f"{path}, row {row + 1}"
        row -= count
    raise IndexError(row)


def _splits(
    table: Any, counted: Sequence[tuple[Path, int]], numbers: Sequence[int | None]
) -> np.ndarray | None:
    """The splits from a column, or else from the file names."""
    for column in table.column_names:
        if column.casefold() in ("split", "partition"):
            texts = [text.casefold() for text in _texts(table, column)]
            if all(text in _NUMBERS for text in texts):
                return np.array([_NUMBERS[text] for text in texts], np.uint8)
    if None in numbers:
        return None
    return np.repeat(np.array(numbers, np.uint8), [count for _, count in counted])


def _split_of_file(path: Path, data_dir: Path) -> int | None:
    """The split from the start of the file's name, or else from the folders between it and
    data_dir.
    """
    if found := _FILE_SPLIT.match(path.stem):
        return _NUMBERS[found[1].casefold()]
    for part in reversed(path.relative_to(data_dir).parts[:-1]):
        if part.casefold() in _NUMBERS:
            return _NUMBERS[part.casefold()]
    return None


def names_in(paths: Sequence[str]) -> list[str] | None:
    """The file names in `paths`, if they can share one folder; else None."""
    names = [path.replace("\\", "/").rpartition("/")[2] for path in paths]
    usable = all(is_image_file(name) and not name.startswith(".") for name in names)
    return names if usable and len({name.casefold() for name in names}) == len(names) else None
