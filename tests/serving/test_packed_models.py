"""Packed models on the embedded server: exported once, and their LiteRT files."""

import numpy as np
import pytest
from small_packed import write_small_packed

from stgan_tf.images import to_float
from stgan_tf.model_files.store import add_model
from stgan_tf.packing.options import PackOptions
from stgan_tf.packing.pack_run import pack_run
from stgan_tf.runtime.saved_model_model import SavedModelModel
from stgan_tf.serving import packed_models as module
from stgan_tf.serving.packed_models import litert_folder_of, version_folders_of


@pytest.fixture
def packed(run_dirs, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("STGAN_MODELS", str(tmp_path / "store"))
    path = pack_run(run_dirs["stgan"], tmp_path, PackOptions("small", "Apache-2.0"))
    add_model(str(path))
    return path


def test_it_is_exported_once_and_is_the_same_model(packed, batch, keras_edits, monkeypatch):
    folder = version_folders_of("small")
    images, difference, _ = batch
    edited = SavedModelModel(folder).edit(to_float(images), difference)
    np.testing.assert_allclose(edited, keras_edits("stgan"), atol=1e-5)

    def again(*arguments, **options):
        raise AssertionError("exported again")

    monkeypatch.setattr(module, "export_run", again)
    assert version_folders_of(str(packed)) == folder


def test_folders_are_as_given_and_names_are_checked(packed, tmp_path):
    assert version_folders_of(str(tmp_path)) == litert_folder_of(str(tmp_path)) == tmp_path
    with pytest.raises(FileNotFoundError, match="Did you mean small?"):
        version_folders_of("smal")


def test_litert_files_are_served_if_there_are_some(packed, tmp_path):
    with pytest.raises(ValueError, match="--litert_dir: small was packed without LiteRT files"):
        litert_folder_of("small")
    path = write_small_packed(tmp_path, "with-files")
    folder = litert_folder_of(str(path))
    assert (folder / "model.json").read_bytes() == b"{}\n" * 100
