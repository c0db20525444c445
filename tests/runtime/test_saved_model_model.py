"""SavedModelModel: its two calls, which version it takes, and folders that are damaged."""

import json
import shutil

import numpy as np
import pytest
import tensorflow as tf

from stgan_tf.images import to_float
from stgan_tf.runtime.saved_model_model import SavedModelModel


@pytest.fixture
def folder(exported, tmp_path):
    """A copy of an exported version folder, to damage."""
    return shutil.copytree(exported("stgan")[0] / "saved_model" / "7", tmp_path / "base" / "7")


def test_it_edits_and_classifies(exported, keras_edits, keras_probabilities, batch):
    images, difference, source = batch
    model = SavedModelModel(exported("attgan")[0] / "saved_model")
    edited = model.edit(to_float(images), difference, source)
    np.testing.assert_allclose(edited, keras_edits("attgan"), atol=1e-5)
    np.testing.assert_allclose(model.classify(to_float(images)), keras_probabilities, atol=1e-5)
    with pytest.raises(ValueError, match=r"`difference` must be \(3, 4\)"):
        model.edit(to_float(images), difference[:, :2], source)
    with pytest.raises(ValueError, match=r"`images` must be float32 \(N, 32, 32, 3\)"):
        model.edit(to_float(images)[:, :8], difference, source)
    with pytest.raises(ValueError, match="it needs `source`"):
        model.edit(to_float(images), difference)


def test_the_newest_version_is_taken(folder, batch):
    base = folder.parent
    shutil.copytree(folder, base / "10")
    (base / "backup").mkdir()
    model = SavedModelModel(base)
    assert model.folder == base / "10"
    assert SavedModelModel(folder).folder == folder
    with pytest.raises(ValueError, match="has no classifier: export it with --classifier"):
        model.classify(to_float(batch[0]))
    # Copied in part: a folder with a number, but without its graph.
    (base / "11").mkdir()
    with pytest.raises(ValueError, match="11 is incomplete: it has no saved_model.pb"):
        SavedModelModel(base)


def test_no_folder_and_no_versions(tmp_path):
    with pytest.raises(FileNotFoundError, match="it is not a folder"):
        SavedModelModel(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="neither saved_model.pb nor numbered versions"):
        SavedModelModel(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["variables/variables.data-00000-of-00001", "variables/variables.index", "fingerprint.pb"],
)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ValueError, match=f"is incomplete: it has no {name}"):
        SavedModelModel(folder)


@pytest.mark.parametrize("name", ["variables/variables.data-00000-of-00001", "saved_model.pb"])
def test_a_changed_or_cut_file_is_noticed(folder, name):
    path = folder / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=f"{name} is damaged or from another export"):
        SavedModelModel(folder)
    data = bytearray(whole)
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match=f"{name} is damaged or from another export"):
        SavedModelModel(folder)


def test_serving_parameters_may_be_changed(folder, keras_edits, batch):
    (folder / "batching_params.pbtxt").write_text("max_batch_size { value: 64 }\n")
    (folder / "assets.extra" / "tf_serving_warmup_requests").unlink()
    edited = SavedModelModel(folder).edit(to_float(batch[0]), batch[1])
    np.testing.assert_allclose(edited, keras_edits("stgan"), atol=1e-5)


def test_a_foreign_saved_model_is_refused(folder, tmp_path):
    module = tf.Module()
    module.f = tf.function(lambda x: x, input_signature=[tf.TensorSpec((), tf.float32)])
    tf.saved_model.save(module, str(tmp_path / "foreign"), signatures=module.f)
    with pytest.raises(ValueError, match=r"no assets/model.json: it is incomplete, or a Saved"):
        SavedModelModel(tmp_path / "foreign")
    # With somebody else's description beside it.
    description = json.loads((folder / "assets" / "model.json").read_text())
    description["provenance"] = {}
    (tmp_path / "foreign" / "assets" / "model.json").write_text(json.dumps(description))
    with pytest.raises(ValueError, match="lacks the signature edit"):
        SavedModelModel(tmp_path / "foreign")


def test_a_description_of_another_model_is_refused(folder):
    path = folder / "assets" / "model.json"
    description = json.loads(path.read_text())
    path.write_text(json.dumps({**description, "image_size": 64}))
    with pytest.raises(ValueError, match="its description says"):
        SavedModelModel(folder)


def test_a_graph_that_tensorflow_cannot_read(folder):
    path = folder / "assets" / "model.json"
    description = json.loads(path.read_text())
    path.write_text(json.dumps({**description, "provenance": {}}))
    (folder / "saved_model.pb").write_bytes(b"not a graph")
    with pytest.raises(ValueError, match="TensorFlow cannot load"):
        SavedModelModel(folder)
