"""A run that was trained, packed and opened again gives the same edits; what is refused."""

import dataclasses
import hashlib
import json

import numpy as np
import pytest

import stgan_tf
from stgan_tf.classifier.training import load_classifier
from stgan_tf.editing.editor import Editor
from stgan_tf.evaluation.evaluate_run import evaluate_run
from stgan_tf.model_files.packed_file import read_manifest, read_parts
from stgan_tf.model_files.store import add_model
from stgan_tf.model_files.unpacking import unpacked
from stgan_tf.packing.options import PackOptions
from stgan_tf.packing.pack_run import pack_run
from stgan_tf.runtime.opening import packed_litert

# They share a run that is trained, measured and exported.
pytestmark = pytest.mark.slow

OPTIONS = PackOptions("again", "Apache-2.0")


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), np.uint8)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STGAN_MODELS", str(tmp_path / "store"))
    return tmp_path / "store"


def edits_of(model, images):
    editor = Editor(model)
    edited = editor.edit(images, {"Eyeglasses": 1, "Bangs": -1}, intensity=1.5)
    return edited, editor.classify(images)


def test_full_precision_gives_the_same_edits(trained_run, packed_run, images):
    expected, actual = edits_of(trained_run, images), edits_of(packed_run("float32"), images)
    np.testing.assert_array_equal(actual[0], expected[0])
    np.testing.assert_allclose(actual[1], expected[1], atol=1e-6)


def test_half_precision_gives_nearly_the_same_edits(trained_run, packed_run, images):
    """Kernels have 11 bits then: no value of an edit changes by more than one grey level."""
    expected, actual = edits_of(trained_run, images), edits_of(packed_run("float16"), images)
    assert np.abs(actual[0] - np.int16(expected[0])).max() <= 1
    np.testing.assert_allclose(actual[1], expected[1], atol=1e-3)
    sizes = [
        read_manifest(packed_run(precision)).parts["weights.safetensors"].bytes
        for precision in ("float32", "float16")
    ]
    assert 1.5 < sizes[0] / sizes[1] < 2


def test_the_averaged_weights_are_packed(trained_run, packed_run, tmp_path, images):
    assert read_manifest(packed_run("float32")).weights == "average"
    raw_options = dataclasses.replace(OPTIONS, weights="raw")
    with pytest.raises(ValueError, match="is of iteration 4, average weights, and not of iter"):
        pack_run(trained_run, tmp_path, raw_options)
    (tmp_path / "card.md").write_text("# Raw\n")
    raw_options = dataclasses.replace(raw_options, card=tmp_path / "card.md")
    raw = pack_run(trained_run, tmp_path, raw_options)
    assert read_manifest(raw).weights == "raw"
    average, _ = edits_of(packed_run("float32"), images)
    assert (edits_of(raw, images)[0] != average).any()
    expected = Editor(trained_run, weights="raw").edit(images, {"Male": 1})
    np.testing.assert_array_equal(Editor(raw, weights="raw").edit(images, {"Male": 1}), expected)
    with pytest.raises(ValueError, match="--weights: a packed model has the weights"):
        Editor(packed_run("float32"), weights="raw")


def test_a_name_is_enough(packed_run, store, images):
    add_model(str(packed_run("float16")))
    run = stgan_tf.load_run("tiny-float16")
    assert (run.step, run.weights, run.config.data.image_size) == (4, "average", 32)
    expected, _ = edits_of(packed_run("float16"), images)
    np.testing.assert_array_equal(edits_of("tiny-float16", images)[0], expected)
    with pytest.raises(FileNotFoundError, match="Did you mean tiny-float16?"):
        stgan_tf.load_run("tiny-float15")
    with pytest.raises(FileNotFoundError, match="Did you mean tiny-float16?"):
        Editor("tiny-flot16")


def test_a_packed_model_is_evaluated_elsewhere(packed_run, faces_dir, tmp_path):
    options = {"max_images": 2, "true_edit_images": 0, "sweep_images": 0, "batch_size": 2}
    path = packed_run("float16")
    with pytest.raises(ValueError, match="--out_dir: is required for packed models"):
        evaluate_run(path, data_dir=str(faces_dir), **options)
    before = {file: file.stat().st_mtime_ns for file in unpacked(path).rglob("*")}
    report, page = evaluate_run(path, out_dir=tmp_path, data_dir=str(faces_dir), **options)
    assert page == tmp_path / "report.html" and page.is_file()
    assert report["measurements"]["images"] == 2
    own = load_classifier(unpacked(path) / "classifier")
    assert report["provenance"]["classifier_sha256"] == own.sha256
    assert {file: file.stat().st_mtime_ns for file in unpacked(path).rglob("*")} == before


def test_the_parts_name_no_place_of_the_machine_of_training(packed_run, faces_dir):
    parts = read_parts(packed_run("float16"))
    assert sorted(parts) == [
        "card.md",
        "classifier/classifier.json",
        "classifier/classifier.safetensors",
        "config.json",
        "litert/classify_float32.tflite",
        "litert/edit_float16.tflite",
        "litert/model.json",
        "weights.safetensors",
    ]
    for name, content in parts.items():
        assert str(faces_dir.parent).encode() not in content, name
        assert b"/pytest-" not in content, name
    assert json.loads(parts["config.json"])["data"]["data_dir"] == ""
    described = json.loads(parts["classifier/classifier.json"])
    weights = parts["classifier/classifier.safetensors"]
    assert described["weights_sha256"] == hashlib.sha256(weights).hexdigest()


def test_the_litert_file_edits_as_the_run_does(packed_run, trained_run, images):
    path = packed_litert(unpacked(packed_run("float16")))
    assert path.name == "edit_float16.tflite"
    expected, actual = edits_of(trained_run, images), edits_of(path, images)
    assert np.abs(actual[0] - np.int16(expected[0])).max() <= 1
    np.testing.assert_allclose(actual[1], expected[1], atol=1e-4)
    assert packed_litert(unpacked(packed_run("float32"))) is None
    assert packed_litert(trained_run) is None


def test_the_same_run_gives_the_same_bytes(trained_run, packed_run, tmp_path):
    options = dataclasses.replace(OPTIONS, name="tiny-float32")
    path = pack_run(trained_run, tmp_path, options)
    assert path.read_bytes() == packed_run("float32").read_bytes()


def test_a_packed_model_is_packed_differently(packed_run, tmp_path, images):
    with pytest.raises(ValueError, match="--card: is required for packed models"):
        pack_run(packed_run("float32"), tmp_path, OPTIONS)
    (tmp_path / "card.md").write_text("# Mine\n")
    options = {"precision": "float16", "classifier": "none", "card": tmp_path / "card.md"}
    path = pack_run(packed_run("float32"), tmp_path, dataclasses.replace(OPTIONS, **options))
    parts = read_parts(path)
    assert sorted(parts) == ["card.md", "config.json", "weights.safetensors"]
    assert parts["card.md"] == b"# Mine\n"
    source = ["Eyeglasses"]
    edited = Editor(path).edit(images, {"Bangs": 1}, source=source)
    expected = Editor(packed_run("float16")).edit(images, {"Bangs": 1}, source=source)
    np.testing.assert_array_equal(edited, expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "My Faces"}, "--name: must consist of"),
        ({"licence": " "}, "--licence: is required"),
        ({"card": "none.md"}, "--card: no such file. Received: none.md."),
        ({"litert_precisions": ("int8",)}, "has float32, float16. Received: int8."),
        ({"weights": "raw"}, "is of another run: its weights is average, not raw"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_left(
    trained_run, litert_dir, tmp_path, change, message
):
    options = dataclasses.replace(OPTIONS, **{"litert_dir": litert_dir, **change})
    with pytest.raises((ValueError, OSError), match=message):
        pack_run(trained_run, tmp_path, options)
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_replaced_only_when_asked(trained_run, tmp_path):
    (tmp_path / "again.stgan").write_bytes(b"mine")
    with pytest.raises(ValueError, match="again.stgan exists: choose another --out_dir"):
        pack_run(trained_run, tmp_path, OPTIONS)
    assert (tmp_path / "again.stgan").read_bytes() == b"mine"
    pack_run(trained_run, tmp_path, dataclasses.replace(OPTIONS, overwrite=True))
    assert read_manifest(tmp_path / "again.stgan").step == 4
