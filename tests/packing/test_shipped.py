"""A model that ships with the package, here a tiny one, is there at once by its name."""

import hashlib
import shutil

import numpy as np
import pytest

import stgan_tf
from stgan_tf.model_files import store


@pytest.fixture
def box(packed_run, tmp_path, monkeypatch):
    """The package's folder of models, read-only, with the trained run in it."""
    folder = tmp_path / "box"
    folder.mkdir()
    path = shutil.copy(packed_run("float16"), folder / "drawn-faces-32.stgan")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  {path.name}\n")
    folder.chmod(0o555)
    monkeypatch.setattr(store, "_SHIPPED_FOLDER", folder)
    monkeypatch.setenv("STGAN_MODELS", str(tmp_path / "no store"))
    yield folder
    folder.chmod(0o755)


@pytest.mark.slow
def test_it_is_listed_and_edits(box, packed_run):
    [model] = stgan_tf.models()
    assert (model.name, model.origin) == ("drawn-faces-32", "shipped with stgan_tf")
    assert (
        store.verified(model.path).sha256
        == hashlib.sha256((box / "drawn-faces-32.stgan").read_bytes()).hexdigest()
    )
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    edited = stgan_tf.Editor("drawn-faces-32").edit(image, {"Eyeglasses": 1})
    expected = stgan_tf.Editor(packed_run("float16")).edit(image, {"Eyeglasses": 1})
    np.testing.assert_array_equal(edited, expected)
    with pytest.raises(FileNotFoundError, match="Did you mean drawn-faces-32?"):
        stgan_tf.Editor("drawn-faces-64")
