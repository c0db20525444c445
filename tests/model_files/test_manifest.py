"""The manifest: read back as written, and what is refused."""

import json

import pytest
from small_packed import manifest_of

from stgan_tf.model_files.manifest import Manifest, is_name, require_name


def test_json_gives_the_same_manifest():
    manifest = manifest_of()
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert manifest.parts["config.json"].bytes == 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, 'no "format": "stgan_tf.packed_model"'),
        ({"format_version": 2}, "its format_version is 2, .* reads 1: update stgan_tf"),
        ({"licence": None}, "licence in manifest.json is invalid: None"),
        ({"step": "7"}, "step in manifest.json is invalid: '7'"),
        ({"step": True}, "step in manifest.json is invalid: True"),
        ({"attributes": "Bangs"}, "attributes in manifest.json is invalid: 'Bangs'"),
        ({"parts": {"a": {"sha256": "0"}}}, "parts in manifest.json is invalid"),
    ],
)
def test_invalid_values_are_named(change, message):
    values = {**json.loads(manifest_of().to_json()), **change}
    with pytest.raises(ValueError, match=message):
        Manifest.from_json(json.dumps(values))


def test_missing_values_are_named():
    values = json.loads(manifest_of().to_json())
    del values["domains"]
    with pytest.raises(ValueError, match="manifest.json has no domains"):
        Manifest.from_json(json.dumps(values))


@pytest.mark.parametrize(
    "path", ["../a", "/etc/passwd", "a/../b", "a/b/c", ".hidden", "a\\b", "C:a", "", "a/"]
)
def test_parts_cannot_leave_their_folder(path):
    values = json.loads(manifest_of().to_json())
    values["parts"] = {path: {"sha256": "0" * 64, "bytes": 1}}
    with pytest.raises(ValueError, match="parts in manifest.json is invalid"):
        Manifest.from_json(json.dumps(values))


def test_names():
    for name in ("drawn-faces-64", "a", "0.5_x"):
        assert is_name(name) and require_name(name) == name
    for name in ("", "A", "a/b", "../a", ".a", "-a", "a b", "a.stgan", "edit.tflite"):
        assert not is_name(name)
        with pytest.raises(ValueError, match="--name: must consist of lower-case"):
            require_name(name)
