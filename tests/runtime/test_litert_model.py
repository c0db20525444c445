"""LiteRTModel: its two calls, and files that are not what they should be."""

import json
import shutil

import numpy as np
import pytest

from stgan_tf.images import to_float
from stgan_tf.runtime.litert_function import LiteRTFunction
from stgan_tf.runtime.litert_model import LiteRTModel


@pytest.fixture
def folder(exported, tmp_path):
    """A copy of an exported folder, to damage."""
    return shutil.copytree(exported("attgan")[0] / "litert", tmp_path / "litert")


def change(folder, **values):
    path = folder / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize("model", ["stgan", "attgan", "stargan"])
def test_it_edits(exported, keras_edits, batch, model):
    images, difference, source = batch
    lite = LiteRTModel(exported(model)[0] / "litert" / "edit_float32.tflite")
    given = source if model != "stgan" else None
    edited = lite.edit(to_float(images), difference, given)
    assert edited.dtype == np.float32
    np.testing.assert_allclose(edited, keras_edits(model), atol=1e-4)
    assert lite.description.attributes == ("Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses")
    assert (lite.file.role, lite.file.precision) == ("edit", "float32")


def test_it_classifies_through_either_file(folder, keras_probabilities, batch):
    images = to_float(batch[0])
    for name in ("edit_float16.tflite", "classify_float32.tflite"):
        found = LiteRTModel(folder / name, threads=1).classify(images)
        np.testing.assert_allclose(found, keras_probabilities, atol=1e-5)
    with pytest.raises(ValueError, match="classify_float32.tflite is a classifier"):
        LiteRTModel(folder / "classify_float32.tflite").edit(images, batch[1], batch[2])


def test_a_model_without_classifier_says_so(exported, batch):
    lite = LiteRTModel(exported("stgan")[0] / "litert" / "edit_float32.tflite")
    with pytest.raises(ValueError, match="has no classifier: export it with --classifier"):
        lite.classify(to_float(batch[0]))


def test_arguments_that_do_not_fit_are_named(folder, batch):
    images, difference, source = to_float(batch[0]), batch[1], batch[2]
    lite = LiteRTModel(folder / "edit_float32.tflite")
    with pytest.raises(ValueError, match=r"`images` must be float32 \(N, 32, 32, 3\).*\(3, 16, 32"):
        lite.edit(images[:, :16], difference, source)
    with pytest.raises(ValueError, match=r"Received: uint8 of shape \(3, 32, 32, 3\)"):
        lite.edit(batch[0], difference, source)
    with pytest.raises(ValueError, match=r"`difference` must be \(3, 4\).*Bangs, Black_Hair"):
        lite.edit(images, difference[:, :3], source)
    with pytest.raises(ValueError, match=r"`difference` must be \(3, 4\).*shape \(2, 4\)"):
        lite.edit(images, difference[:2], source)
    with pytest.raises(ValueError, match=r"`difference` must contain finite"):
        lite.edit(images, difference * np.nan, source)
    with pytest.raises(ValueError, match=r"label mode target\): it needs `source`"):
        lite.edit(images, difference)
    with pytest.raises(ValueError, match=r"`source` must be \(3, 4\)"):
        lite.edit(images, difference, source[0])
    with pytest.raises(ValueError, match=r"`threads` must be at least 1. Received: 0"):
        LiteRTModel(folder / "edit_float32.tflite", threads=0)


def test_missing_files_are_named(folder, batch):
    with pytest.raises(FileNotFoundError, match="No LiteRT file .*nothing.tflite"):
        LiteRTModel(folder / "nothing.tflite")
    (folder / "classify_float32.tflite").unlink()
    lite = LiteRTModel(folder / "edit_float32.tflite")
    with pytest.raises(FileNotFoundError, match="classify_float32.tflite, although model.json"):
        lite.classify(to_float(batch[0]))
    (folder / "model.json").unlink()
    with pytest.raises(FileNotFoundError, match="a model needs the model.json"):
        LiteRTModel(folder / "edit_float32.tflite")


@pytest.mark.parametrize("keep", [0, 100, -1])
def test_a_half_written_file_is_refused(folder, keep):
    path = folder / "edit_float32.tflite"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match="is damaged, incomplete or from another export"):
        LiteRTModel(path)


def test_a_changed_byte_is_noticed(folder):
    path = folder / "edit_float32.tflite"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match="its sha256 is not"):
        LiteRTModel(path)


def test_a_foreign_file_is_refused(folder):
    shutil.copy(folder / "edit_float32.tflite", folder / "other.tflite")
    with pytest.raises(
        ValueError, match=r"other.tflite is not part of the export.*edit_float16.tflite"
    ):
        LiteRTModel(folder / "other.tflite")
    (folder / "model.json").write_text("{}")
    with pytest.raises(ValueError, match="stgan_tf.export did not write it"):
        LiteRTModel(folder / "edit_float32.tflite")


def test_a_description_of_another_model_is_refused(folder):
    change(folder, image_size=64)
    with pytest.raises(ValueError, match=r"but its description says .*\(1, 64, 64, 3\)"):
        LiteRTModel(folder / "edit_float32.tflite")
    change(folder, image_size=32, attributes=["Bangs", "Male"])
    with pytest.raises(ValueError, match=r"but its description says .*\(1, 2\)"):
        LiteRTModel(folder / "edit_float32.tflite")


def test_bytes_that_are_no_model(exported):
    with pytest.raises(ValueError, match="LiteRT cannot open it"):
        LiteRTFunction(b"no flatbuffer at all", "edit")
    data = (exported("stgan")[0] / "litert" / "edit_float32.tflite").read_bytes()
    with pytest.raises(ValueError, match="no signature 'classify'. Found: edit"):
        LiteRTFunction(data, "classify")
