"""Parquet data sets as Hugging Face keeps them, written here with pyarrow."""

import io
import multiprocessing
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_all, load_split
from stgan_tf.sources.parquet import materialise_parquet
from stgan_tf.sources.registry import as_folder

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ASKED = ("Young", "Bald")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def pixels(i):
    return np.random.default_rng(i).integers(0, 256, (12, 10, 3), dtype=np.uint8)


def png(i):
    file = io.BytesIO()
    Image.fromarray(pixels(i)).save(file, "PNG")
    return file.getvalue()


def labels(numbers, kind=bool):
    numbers = list(numbers)
    return {
        "Bald": [kind(i % 2) for i in numbers],
        "celeb_id": [1000 + i for i in numbers],
        "Young": [kind(i % 3 == 0) for i in numbers],
    }


def images(numbers, path="{:06d}.png"):
    return [{"bytes": png(i), "path": path and path.format(i)} for i in numbers]


def write(path, **columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table(columns), path, row_group_size=3)


def config(folder, **options):
    options = {"attributes": ASKED, "crop": "none", "image_size": 8, **options}
    return DataConfig(data_dir=str(folder), **options)


def require(table, numbers):
    assert table.names == ASKED
    assert table.attributes.tolist() == [[int(i % 3 == 0), i % 2] for i in numbers]
    for path, i in zip(table.paths, numbers, strict=True):
        with Image.open(path) as image:
            np.testing.assert_array_equal(np.asarray(image), pixels(i))


@pytest.mark.parametrize("dataset", ["folder", "parquet"])
@pytest.mark.parametrize(
    "names",
    [
        ("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001", "valid-00000"),
        ("train/0000", "train/0001", "test/0000", "validation/0000"),
    ],
)
def test_files_of_several_splits(tmp_path, names, dataset):
    folder = tmp_path / "data set"
    for part, name in enumerate(names):
        numbers = range(4 * part, 4 * part + 4)
        write(folder / "data" / f"{name}.parquet", image=images(numbers), **labels(numbers))
    given = config(folder, dataset=dataset, split="partition")
    require(load_split(given, "train"), range(8))
    require(load_split(given, "test"), range(8, 12))
    require(load_split(given, "validation"), range(12, 16))
    names = [Path(path).name for path in load_split(given, "train").paths]
    assert names == [f"{i:06d}.png" for i in range(8)]
    # In the order of the splits, whatever the files' names.
    require(load_all(given), [*range(8), *range(12, 16), *range(8, 12)])
    assert not [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet"]


def test_one_file_by_itself(tmp_path):
    write(tmp_path / "faces.parquet", image=images(range(5)), **labels(range(5)))
    require(load_all(config(tmp_path / "faces.parquet")), range(5))


@pytest.mark.parametrize(
    "kind", [int, lambda has: 1 if has else -1, lambda has: "yes" if has else "No", float]
)
def test_kinds_of_values(tmp_path, kind):
    write(tmp_path / "a.parquet", image=images(range(7)), **labels(range(7), kind))
    require(load_all(config(tmp_path)), range(7))


def test_attributes_in_a_struct_and_a_split_column(tmp_path):
    columns = labels(range(6))
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    split = ["test", "train", "train", "validation", "test", "train"]
    write(tmp_path / "train.parquet", img=images(range(6)), attributes=rows, split=split)
    require(load_split(config(tmp_path, split="partition"), "train"), [1, 2, 5])
    require(load_split(config(tmp_path, split="partition"), "test"), [0, 4])


def test_bytes_without_names_are_numbered(tmp_path):
    write(tmp_path / "a.parquet", image=[png(i) for i in range(3)], **labels(range(3)))
    table = load_all(config(tmp_path))
    require(table, range(3))
    assert [Path(path).name for path in table.paths] == ["000001.png", "000002.png", "000003.png"]


def test_one_name_twice_is_two_images(tmp_path):
    for split, numbers in (("train", range(3)), ("test", range(3, 6))):
        rows = [{"bytes": png(i), "path": f"{i % 3}.png"} for i in numbers]
        write(tmp_path / f"{split}.parquet", image=rows, **labels(numbers))
    require(load_all(config(tmp_path)), range(6))


@pytest.mark.parametrize("as_struct", [True, False])
@pytest.mark.parametrize("written", ["img/{}.png", "/home/someone/set/img/{}.png"])
def test_paths_of_images_beside(tmp_path, as_struct, written):
    (tmp_path / "img").mkdir()
    for i in range(4):
        (tmp_path / "img" / f"{i}.png").write_bytes(png(i))
    paths = [written.format(i) for i in range(4)]
    column = [{"bytes": None, "path": path} for path in paths] if as_struct else paths
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())]) if as_struct else pa.string()
    write(tmp_path / "a.parquet", image=pa.array(column, kind), **labels(range(4)))
    table = load_all(config(tmp_path))
    require(table, range(4))
    assert all(Path(path).parent == tmp_path / "img" for path in table.paths)


def test_written_once_and_anew_when_the_files_change(tmp_path, capsys):
    write(tmp_path / "a.parquet", image=images(range(3)), **labels(range(3)))
    first = load_all(config(tmp_path))
    assert "Extracting the 3 images of" in capsys.readouterr().err
    load_all(config(tmp_path, attributes=("Bald",)))
    assert capsys.readouterr().err == ""
    write(tmp_path / "a.parquet", image=images(range(4)), **labels(range(4)))
    second = load_all(config(tmp_path))
    require(second, range(4))
    assert Path(first.paths[0]).parent == Path(second.paths[0]).parent


def test_a_list_beside_goes_first(tmp_path):
    write(tmp_path / "a.parquet", image=images(range(3)), **labels(range(3)))
    (tmp_path / "labels.csv").write_text("image_id,Bald,Young\n")
    assert as_folder(config(tmp_path)) == config(tmp_path)


def _materialise(folder):
    return str(materialise_parquet(config(folder, dataset="parquet"))[0])


@pytest.mark.slow
def test_processes_that_start_together_write_it_once(tmp_path):
    write(tmp_path / "a.parquet", image=images(range(30)), **labels(range(30)))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        folders = pool.map(_materialise, [tmp_path] * 4, chunksize=1)
    assert len(set(folders)) == 1
    require(load_all(config(tmp_path)), range(30))
    parts = [path.name for path in Path(folders[0]).parent.iterdir() if path.is_dir()]
    assert len(parts) == 1, "nothing unfinished is left"


def test_refusals(tmp_path):
    with pytest.raises(FileNotFoundError, match="No Parquet files"):
        load_all(config(tmp_path, dataset="parquet"))
    path = tmp_path / "a.parquet"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    with pytest.raises(ValueError, match=r"a.parquet is not a readable Parquet file.*git lfs pull"):
        load_all(config(tmp_path))
    columns = labels(range(3))
    write(path, image=images(range(3)), **{**columns, "Young": [True, None, False]})
    with pytest.raises(ValueError, match=r"Young cannot be used: .*a.parquet, row 2, .*missing"):
        load_all(config(tmp_path))
    require_bald = load_all(config(tmp_path, attributes=("Bald",)))
    assert require_bald.attributes.tolist() == [[0], [1], [0]]
    with pytest.raises(ValueError, match="Unknown attribute: 'Bold'. Nearest: Bald"):
        load_all(config(tmp_path, attributes=("Bold",)))
    write(path, **{name: columns[name] for name in ("Bald", "Young")})
    with pytest.raises(ValueError, match="no column of images"):
        load_all(config(tmp_path))
    write(path, image=[png(0), b"", png(2)], **columns)
    with pytest.raises(ValueError, match="row 2: the image's bytes are missing"):
        load_all(config(tmp_path))
    write(path, image=[png(0), b"<html>", png(2)], **columns)
    with pytest.raises(ValueError, match="row 2 is not a readable image"):
        load_all(config(tmp_path))
    unfinished = [path for path in (tmp_path / "cache" / "stgan_tf").glob(".*") if path.is_dir()]
    assert not unfinished


def test_without_pyarrow(tmp_path, monkeypatch):
    write(tmp_path / "a.parquet", image=images(range(3)), **labels(range(3)))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ImportError, match=r"pip install 'stgan-tf\[parquet\]'"):
        load_all(config(tmp_path))
