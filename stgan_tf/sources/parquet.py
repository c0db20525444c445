"""Parquet files as a source, as in Hugging Face data sets: `--dataset=parquet`, or a folder with
Parquet files and no attribute list.

Attributes are columns (booleans, integers, strings, or the fields of a struct); images are a column
of bytes, of structs {bytes, path} (`datasets.Image`), or of paths relative to data_dir. The
partition is given by a column `split` (train, validation, test or 0, 1, 2), or else by the file
names (train-00000-of-00010.parquet, validation/0000.parquet); images are then listed in the order
train, validation, test.

Training reads images in random order, so embedded images are extracted once to the cache folder
($XDG_CACHE_HOME/stgan_tf or ~/.cache/stgan_tf), with lists of labels and partition, and then read
from there by `folder`. They are extracted again if the Parquet files change.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from stgan_tf.config.data import DataConfig
from stgan_tf.files import replacing_folder
from stgan_tf.image_formats import HEAD_BYTES, SUFFIXES, format_of
from stgan_tf.sources.derived_folder import cache_root, only_maker_of
from stgan_tf.sources.parquet_table import ParquetTable, names_in, read_table, require_pyarrow

_FORMAT = 1
_RECORD = "source.json"
_ROWS_AT_ONCE = 64


def parquet_files(data_dir: Path) -> list[Path]:
    """`data_dir` itself if it is a Parquet file, or those in it and its subfolders, sorted."""
    if data_dir.suffix.lower() == ".parquet" and data_dir.is_file():
        return [data_dir]
    levels = ("*.parquet", "*/*.parquet", "*/*/*.parquet")
    return sorted(path for level in levels for path in data_dir.glob(level))


def materialise_parquet(config: DataConfig) -> tuple[Path, str]:
    """The folder with the lists, and with the images if they were embedded; and otherwise the
    folder of the images (or "").

    Raises ValueError or OSError, naming the file, if something cannot be read, and
    ModuleNotFoundError without pyarrow.
    """
    config.require_source()
    data_dir = Path(config.data_dir)
    files = parquet_files(data_dir)
    if not files:
        raise FileNotFoundError(f"No Parquet files (*.parquet) in --data_dir={config.data_dir}.")
    require_pyarrow()
    place = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    folder = cache_root() / f"parquet_{data_dir.stem}_{place}"
    status = [
        (path.relative_to(data_dir).as_posix(), path.stat().st_size, path.stat().st_mtime_ns)
        for path in files
    ]
    holds = json.loads(json.dumps({"format": _FORMAT, "files": status}))
    record = _matching_record(folder, holds)
    if record is None:
        with only_maker_of(folder):
            record = _matching_record(folder, holds)
            if record is None:
                record = _write(read_table(files, data_dir), folder, data_dir, holds)
    for name in config.attributes:
        if name in record["left_out"]:
            raise ValueError(f"--attributes: {name} cannot be used: {record['left_out'][name]}.")
    if record["inside"]:
        return folder, ""
    beside = data_dir if data_dir.is_dir() else data_dir.parent
    return folder, str((beside / config.image_dir).resolve())


def _matching_record(folder: Path, holds: dict) -> dict | None:
    path = folder / _RECORD
    if not path.is_file():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    return record if all(record.get(key) == value for key, value in holds.items()) else None


def _write(table: ParquetTable, folder: Path, data_dir: Path, holds: dict) -> dict:
    inside = table.image_column is not None and not _only_paths(table)
    record = {**holds, "inside": inside, "left_out": table.left_out}
    if inside:
        text = f"Extracting the {len(table.paths)} images of {data_dir} to {folder}, once."
        print(text, file=sys.stderr, flush=True)
    with replacing_folder(folder) as partial:
        names = _write_images(table, partial / "images") if inside else table.paths
        columns = zip(*table.labels.values(), strict=True)
        rows = ([name, *values] for name, values in zip(names, columns, strict=True))
        _write_csv(partial / "labels.csv", ["image_id", *table.labels], rows)
        if table.splits is not None:
            parts = zip(names, table.splits, strict=True)
            _write_csv(partial / "list_eval_partition.csv", ["image_id", "partition"], parts)
        (partial / _RECORD).write_text(json.dumps(record) + "\n", encoding="utf-8")
    return record


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _write_images(table: ParquetTable, folder: Path) -> list[str]:
    """Writes the images under their own names if these can share one folder, else numbered; returns
    the names.
    """
    folder.mkdir()
    own = names_in(table.paths)
    names = []
    for index, (where, data) in enumerate(
        tqdm(_images(table), total=len(table.paths), unit="image")
    ):
        if not data:
            raise ValueError(f"{where}: the image's bytes are missing.")
        name = own[index] if own else f"{index + 1:06d}{_suffix(data, where)}"
        (folder / name).write_bytes(data)
        names.append(name)
    return names


def _images(table: ParquetTable) -> Iterator[tuple[str, bytes | None]]:
    """For each row: its location, for messages, and its bytes."""
    parquet = require_pyarrow()
    for path, _ in table.files:
        with parquet.ParquetFile(path) as file:
            row = 0
            for batch in file.iter_batches(_ROWS_AT_ONCE, columns=[table.image_column]):
                for value in batch.column(0).to_pylist():
                    row += 1
                    yield f"{path}, row {row}", value["bytes"] if isinstance(value, dict) else value


def _only_paths(table: ParquetTable) -> bool:
    """Whether the structs contain a path instead of bytes."""
    return all(table.paths) and next(_images(table))[1] is None


def _suffix(data: bytes, where: str) -> str:
    kind = format_of(data[:HEAD_BYTES])
    for suffix, name in SUFFIXES.items():
        if name == kind:
            return suffix
    raise ValueError(
        f"{where} is not a readable image. Received: bytes starting with {data[:8]!r}."
    )
