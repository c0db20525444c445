import errno
import os

import pytest
from disk_journal import DiskJournal

from stgan_tf.files import (
    append_line,
    replace_folder,
    replacing,
    write_bytes,
    write_text,
    write_with,
)


def folder(path, text):
    (path / "inner").mkdir(parents=True)
    (path / "inner" / "file").write_text(text)
    return path


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "new" / "a.txt"
    write_text(path, "ä")
    assert path.read_text(encoding="utf-8") == "ä"
    write_bytes(path, b"b")
    assert path.read_bytes() == b"b"
    write_with(path, lambda temporary: temporary.write_text("c"))
    assert path.read_text() == "c"
    assert os.listdir(path.parent) == ["a.txt"]


def test_keeps_the_old_file_when_writing_fails(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="stop"), replacing(path) as temporary:
        assert temporary.suffix == ".txt" and temporary.parent == tmp_path
        temporary.write_text("half")
        raise RuntimeError("stop")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("umask, mode", [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_permissions_follow_the_umask_which_is_never_switched(tmp_path, monkeypatch, umask, mode):
    old = os.umask(umask)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(os, "umask", lambda mask: pytest.fail("changes it for all threads"))
            write_text(tmp_path / "a", "")
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


def test_a_file_is_on_the_disk_before_its_name_and_the_new_folders_names_too(tmp_path, monkeypatch):
    journal = DiskJournal(monkeypatch)
    path = tmp_path / "new" / "newer" / "a.txt"
    write_text(path, "text")
    journal.require_safe(path)
    assert {("sync", tmp_path), ("sync", tmp_path / "new")} <= set(journal.events)


def test_a_disk_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    def fail(handle):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    path = tmp_path / "a.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output error"):
        write_text(path, "new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["a.txt"]


def test_a_file_system_without_fsync_is_written_to(tmp_path, monkeypatch):
    def refuse(handle):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", refuse)
    write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "new"


def test_lines_are_appended(tmp_path, monkeypatch):
    journal = DiskJournal(monkeypatch)
    append_line(tmp_path / "log", "first")
    append_line(tmp_path / "log", "second")
    assert (tmp_path / "log").read_text() == "first\nsecond\n"
    assert journal.events == [("sync", tmp_path / "log"), ("sync", tmp_path)] * 2


def test_a_folder_is_put_in_place_and_replaced(tmp_path, monkeypatch):
    journal = DiskJournal(monkeypatch)
    target = tmp_path / "base" / "7"
    replace_folder(folder(tmp_path / "build" / "new", "first"), target)
    assert (target / "inner" / "file").read_text() == "first"
    (target / "left over").touch()
    replace_folder(folder(tmp_path / "build" / "new", "second"), target)
    journal.require_safe(target)
    assert [path.name for path in target.iterdir()] == ["inner"]
    assert (target / "inner" / "file").read_text() == "second"
    assert list((tmp_path / "build").iterdir()) == []
    assert [path.name for path in target.parent.iterdir()] == ["7"]


def test_a_folder_that_cannot_be_replaced_stays(tmp_path):
    target = folder(tmp_path / "7", "first")
    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "nothing", target)
    assert (target / "inner" / "file").read_text() == "first"
    assert os.listdir(tmp_path) == ["7"]
