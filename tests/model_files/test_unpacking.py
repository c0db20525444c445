"""Unpacking into the cache folder, once, and again if something was changed."""

import os

import pytest
from small_packed import PARTS, write_small_packed

from stgan_tf.model_files.resolving import model_path
from stgan_tf.model_files.store import add_model
from stgan_tf.model_files.unpacking import is_unpacked, unpacked


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("STGAN_MODELS", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_folder_has_the_parts_and_the_manifest(tmp_path):
    folder = unpacked(write_small_packed(tmp_path))
    assert folder.parent == tmp_path / "cache" / "stgan_tf" / "models"
    assert is_unpacked(folder) and not is_unpacked(tmp_path)
    found = contents(folder)
    assert found.pop("manifest.json").startswith(b'{\n  "format": "stgan_tf.packed_model"')
    assert found == PARTS


def test_it_is_unpacked_once_and_repaired(tmp_path):
    path = write_small_packed(tmp_path)
    folder = unpacked(path)
    os.utime(folder / "config.json", (1, 1))
    assert unpacked(path) == folder
    assert (folder / "config.json").stat().st_mtime == 1
    (folder / "config.json").write_bytes(b"changed")
    assert contents(unpacked(path))["config.json"] == PARTS["config.json"]
    (folder / "litert" / "model.json").unlink()
    assert "litert/model.json" in contents(unpacked(path))


def test_another_file_of_that_name_has_another_folder(tmp_path):
    first = unpacked(write_small_packed(tmp_path))
    assert unpacked(write_small_packed(tmp_path, licence="Another")) != first


def test_a_damaged_file_leaves_no_folder(tmp_path):
    path = write_small_packed(tmp_path)
    data = bytearray(path.read_bytes())
    at = data.index(b"config.json", data.index(b"PK", 10)) + len("config.json")
    data[at + 5] ^= 255  # in the compressed config.json
    path.write_bytes(bytes(data))
    with pytest.raises(ValueError, match="is not a packed model, or is damaged"):
        unpacked(path)
    left = list((tmp_path / "cache" / "stgan_tf" / "models").iterdir())
    assert [one.suffix for one in left] == [".lock"]


def test_a_model_is_found_by_name_by_file_and_as_a_folder(tmp_path):
    path = write_small_packed(tmp_path)
    folder = unpacked(path)
    assert model_path("small-faces.stgan") == model_path(path) == folder
    with pytest.raises(FileNotFoundError, match="small-faces is neither a file or folder here"):
        model_path("small-faces")
    add_model("small-faces.stgan")
    assert model_path("small-faces") == folder
    (tmp_path / "small-faces").mkdir()  # a folder of one's own comes first
    assert str(model_path("small-faces")) == "small-faces"
    for own in ("runs/none", "/nowhere", "edit.tflite"):  # named by who opens them
        assert str(model_path(own)) == own
    with pytest.raises(FileNotFoundError, match="No packed model none.stgan"):
        model_path("none.stgan")
