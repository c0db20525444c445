"""Folders put in place whole."""

import pytest

from stgan_tf.exporting.placing import put_in_place, require_free, require_writable


def folder(path, text):
    path.mkdir(parents=True)
    (path / "file").write_text(text)
    return path


def test_new_and_replaced(tmp_path):
    target = tmp_path / "base" / "7"
    put_in_place(folder(tmp_path / "build" / "new", "first"), target)
    assert (target / "file").read_text() == "first"
    (target / "left over").touch()
    put_in_place(folder(tmp_path / "build" / "new", "second"), target)
    assert [path.name for path in target.iterdir()] == ["file"]
    assert (target / "file").read_text() == "second"
    assert list((tmp_path / "build").iterdir()) == []
    assert [path.name for path in target.parent.iterdir()] == ["7"]


def test_what_is_there_is_refused(tmp_path):
    require_free(tmp_path / "nothing", overwrite=False)
    require_free(tmp_path, overwrite=True)
    with pytest.raises(ValueError, match="is there already.*--overwrite"):
        require_free(tmp_path, overwrite=False)


def test_writable(tmp_path):
    require_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file cannot be written"):
        require_writable(tmp_path / "file")
