"""The store and the shipped models: names, what is added, what is found to be changed."""

import hashlib
import logging

import pytest
from small_packed import write_small_packed

import stgan_tf
from stgan_tf.model_files import store as module
from stgan_tf.model_files.store import add_model, models, named, store_folder, verified


@pytest.fixture
def box(tmp_path, monkeypatch):
    """The folder of the shipped models, with one in it."""
    folder = tmp_path / "box"
    folder.mkdir()
    monkeypatch.setattr(module, "_SHIPPED_FOLDER", folder)
    path = write_small_packed(folder, "shipped-faces")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  shipped-faces.stgan\n")
    return folder


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STGAN_MODELS", str(tmp_path / "store"))
    return tmp_path / "store"


def test_where_the_store_is(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert str(store_folder()) == "/data/stgan_tf/models"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/ann")
    assert str(store_folder()) == "/home/ann/.local/share/stgan_tf/models"
    monkeypatch.setenv("STGAN_MODELS", "~/models")
    assert str(store_folder()) == "/home/ann/models"
    assert str(store_folder("/other")) == "/other"


def test_models_of_the_package_come_before_those_of_the_store(box, store, tmp_path):
    add_model(str(write_small_packed(tmp_path, "my-faces", licence="Mine")))
    found = stgan_tf.models()
    assert [(model.name, model.manifest.licence) for model in found] == [
        ("shipped-faces", "Apache-2.0"),
        ("my-faces", "Mine"),
    ]
    assert found[0].origin == "shipped with stgan_tf"
    assert found[1].origin == f"added from {tmp_path / 'my-faces.stgan'}"
    assert found[1].path == store / "my-faces.stgan"
    assert found[1].bytes == (tmp_path / "my-faces.stgan").stat().st_size
    assert found[1].sha256 == hashlib.sha256(found[1].path.read_bytes()).hexdigest()


def test_the_nearest_names_are_suggested(box, store, tmp_path):
    with pytest.raises(FileNotFoundError, match="shiped-face is neither .* mean shipped-faces?"):
        named("shiped-face")
    with pytest.raises(FileNotFoundError, match="Models with a name: shipped-faces"):
        named("xyz")
    (box / "shipped-faces.stgan").unlink()
    with pytest.raises(FileNotFoundError, match="No model has a name: neither "):
        named("xyz")


def test_another_name_is_the_files(box, store, tmp_path):
    path = write_small_packed(tmp_path)
    assert add_model(str(path), "lab-faces").name == "lab-faces"
    assert named("lab-faces") == store / "lab-faces.stgan"
    assert sorted(file.name for file in store.iterdir()) == [
        "lab-faces.json",
        "lab-faces.stgan",
    ]


def test_a_name_is_not_taken_from_another_model(box, store, tmp_path):
    first = write_small_packed(tmp_path)
    add_model(str(first))
    add_model(str(first))  # the same again
    (tmp_path / "other").mkdir()
    other = write_small_packed(tmp_path / "other", licence="Another")
    with pytest.raises(ValueError, match="is another model of that name.* --overwrite"):
        add_model(str(other))
    assert (store / "small-faces.stgan").read_bytes() == first.read_bytes()
    add_model(str(other), overwrite=True)
    assert (store / "small-faces.stgan").read_bytes() == other.read_bytes()
    with pytest.raises(ValueError, match="shipped-faces is a shipped model. Give another name"):
        add_model(str(first), "shipped-faces", overwrite=True)


def test_a_damaged_model_is_not_added(box, store, tmp_path):
    path = write_small_packed(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match="is not a packed model, or is damaged"):
        add_model(str(path))
    assert not store.exists()


def test_a_damaged_model_does_not_hide_the_others(box, store, caplog):
    (box / "broken.stgan").write_bytes(b"nothing")
    with caplog.at_level(logging.WARNING):
        assert [model.name for model in models()] == ["shipped-faces"]
    assert "Left out: " in caplog.text and "broken.stgan is not a packed model" in caplog.text


def test_an_exchanged_file_is_found(box, store, tmp_path):
    """Its own digests are right: it is another model."""
    add_model(str(write_small_packed(tmp_path)))
    assert verified(store / "small-faces.stgan").name == "small-faces"
    write_small_packed(store, licence="Another")
    with pytest.raises(ValueError, match="is not the file that was added from .*small-faces"):
        verified(store / "small-faces.stgan")
    write_small_packed(box, "shipped-faces", licence="Another")
    with pytest.raises(ValueError, match="is not the file that was shipped with stgan_tf"):
        verified(box / "shipped-faces.stgan")


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_damaged_record_is_named_and_replaced(box, store, tmp_path, text):
    path = write_small_packed(tmp_path)
    add_model(str(path))
    (store / "small-faces.json").write_text(text)
    with pytest.raises(ValueError, match="small-faces.json is damaged: delete it, or add"):
        verified(store / "small-faces.stgan")
    add_model(str(path), overwrite=True)
    assert verified(store / "small-faces.stgan").origin == f"added from {path}"


def test_a_file_copied_to_the_store_by_hand_has_a_name_too(box, store):
    store.mkdir()
    path = write_small_packed(store)
    assert verified(path).origin == str(path)
    assert [model.name for model in models()] == [
        "shipped-faces",
        "small-faces",
    ]
