"""Packed files: what they hold, that damage is found, and that nothing else gets in."""

import hashlib
import json
import zipfile

import pytest
from small_packed import PARTS, manifest_of, write_small_packed

from stgan_tf.model_files.packed_file import read_manifest, read_parts, write_packed


def rewritten(path, change):
    """The zip file again, with {entry: content} changed by `change`."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    change(contents)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


def test_parts_come_back_and_plain_zip_tools_read_them(tmp_path):
    path = write_small_packed(tmp_path)
    assert read_parts(path) == PARTS
    assert read_manifest(path) == manifest_of()
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["manifest.json", "config.json", "litert/model.json"]
        assert archive.getinfo("litert/model.json").compress_size < 50  # of 300 bytes
        told = json.loads(archive.read("manifest.json"))["parts"]["config.json"]
    assert told["sha256"] == hashlib.sha256(b'{"system": "stgan"}\n').hexdigest()


def test_the_same_parts_give_the_same_bytes(tmp_path):
    first = write_small_packed(tmp_path).read_bytes()
    again = dict(reversed(PARTS.items()))
    assert write_small_packed(tmp_path, parts=again).read_bytes() == first


def test_a_failed_write_leaves_the_earlier_file(tmp_path):
    path = write_small_packed(tmp_path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write_packed(path, manifest_of(), {"config.json": None})
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["small-faces.stgan"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda c: c.update({"config.json": b'{"system": "other"}\n'}),
            "the sha256 of config.json",
        ),
        (lambda c: c.update({"config.json": b"{}"}), "the size of config.json"),
        (lambda c: c.pop("config.json"), "it has no config.json"),
        (lambda c: c.pop("manifest.json"), "it has no manifest.json"),
        (lambda c: c.update({"setup.py": b"1"}), "it holds setup.py, which manifest.json does not"),
        (lambda c: c.update({"manifest.json": b"{"}), "Expecting property name"),
        (lambda c: c.update({"manifest.json": b" " * 2**20 + b"{}"}), "has more than 1,048,576"),
    ],
)
def test_what_differs_from_the_manifest_is_named(tmp_path, change, message):
    path = write_small_packed(tmp_path)
    rewritten(path, change)
    with pytest.raises(ValueError, match=message) as caught:
        read_parts(path)
    assert str(caught.value).startswith(f"{path} is not a packed model, or is damaged: ")


def test_every_changed_byte_is_found(tmp_path):
    path = write_small_packed(tmp_path)
    data = path.read_bytes()
    found = 0
    for place in range(0, len(data), 7):
        path.write_bytes(data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :])
        try:
            # A byte of a date or of a flag may be another without any part being another.
            assert read_parts(path) == PARTS
        except ValueError:
            found += 1
    assert found > len(data) / 7 / 2


@pytest.mark.parametrize("content", [b"", b"no zip file", b"PK\3\4 cut off"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.stgan"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="other.stgan is not a packed model, or is damaged"):
        read_manifest(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="No packed model .*none.stgan: there is no such"):
        read_manifest(tmp_path / "none.stgan")
