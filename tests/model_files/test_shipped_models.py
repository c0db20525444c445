"""The models in the package: few bytes, listed digests, intact parts."""

import hashlib
import sys
from pathlib import Path

from small_packed import write_small_packed

import stgan_tf
from stgan_tf.model_files.packed_file import read_parts
from stgan_tf.model_files.store import CHECKSUMS_FILE

SHIPPED = Path(stgan_tf.__file__).parent / "shipped_models"
#: What a wheel has room for.
MOST_BYTES = 12_000_000


def faults(folder):
    """What is wrong with a folder of shipped models, as sentences; [] if nothing is."""
    found = []
    paths = sorted(folder.glob("*.stgan"))
    sums = folder / CHECKSUMS_FILE
    lines = sums.read_text().splitlines() if sums.exists() else []
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    if sum(path.stat().st_size for path in paths) > MOST_BYTES:
        found.append("too large")
    if set(listed) != {path.name for path in paths}:
        found.append("SHA256SUMS lists other files")
    for path in paths:
        if hashlib.sha256(path.read_bytes()).hexdigest() != listed.get(path.name):
            found.append(f"{path.name} is another file than SHA256SUMS says")
        needed = {"config.json", "weights.safetensors", "card.md"}
        if not needed <= set(read_parts(path)):
            found.append(f"{path.name} lacks parts")
    return found


def test_the_shipped_models_are_whole():
    assert faults(SHIPPED) == []
    others = {path.name for path in SHIPPED.iterdir() if path.suffix != ".stgan"}
    assert others <= {"README.md", CHECKSUMS_FILE}


def test_faults_would_be_found(tmp_path):
    parts = {"config.json": b"{}", "weights.safetensors": b"", "card.md": b"# Card"}
    path = write_small_packed(tmp_path, "a", parts)
    assert faults(tmp_path) == [
        "SHA256SUMS lists other files",
        "a.stgan is another file than SHA256SUMS says",
    ]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  a.stgan\n")
    assert faults(tmp_path) == []
    write_small_packed(tmp_path, "a", {"config.json": b"{}"})
    assert faults(tmp_path) == [
        "a.stgan is another file than SHA256SUMS says",
        "a.stgan lacks parts",
    ]


def test_too_many_bytes_would_be_found(tmp_path, monkeypatch):
    path = write_small_packed(tmp_path)
    monkeypatch.setattr(sys.modules[__name__], "MOST_BYTES", path.stat().st_size)
    assert "too large" not in faults(tmp_path)
    monkeypatch.setattr(sys.modules[__name__], "MOST_BYTES", path.stat().st_size - 1)
    assert "too large" in faults(tmp_path)
