import os

import pytest

from stgan_tf.atomic_files import replacing, write_bytes, write_text, write_with


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


def test_permissions_follow_the_umask(tmp_path):
    old = os.umask(0o022)
    try:
        write_text(tmp_path / "a", "")
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644
