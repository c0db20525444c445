"""Editor against the generator itself, for models of every kind of label."""

import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from slow_parameters import quick_first

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.classifier.run_classifier import keep_classifier
from stgan_tf.classifier.training import save_classifier
from stgan_tf.editing.editor import Editor
from stgan_tf.frame import CELEBA_CROP
from stgan_tf.images import crop, resize_bicubic_numpy, to_float, to_uint8
from stgan_tf.training.run_folder import load_run

NAMES = ("Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses")
SIZE = 32


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (5, SIZE, SIZE, 3), np.uint8)


def generated(run_dir, images, labels):
    generator = load_run(run_dir).network
    labels = tf.constant(np.broadcast_to(labels, (len(images), 4)), tf.float32)
    return to_uint8(generator([tf.constant(to_float(images)), labels]).numpy())


def close(ours, expected):
    """Equal but for values on the edge between two grey levels."""
    return np.abs(ours.astype(int) - expected).max() <= 1 and np.mean(ours != expected) < 1e-3


def test_difference_model_needs_only_the_changes(run_dir, images):
    editor = Editor(run_dir("difference"), batch_size=2)
    assert (editor.attributes, editor.image_size) == (NAMES, SIZE)
    edited = editor.edit(images, {"Eyeglasses": 1, "Bangs": -1}, intensity=1.5)
    assert edited.shape == images.shape
    assert close(edited, generated(run_dir("difference"), images, [-1.5, 0, 0, 1.5]))
    assert close(editor.edit(images[0], {"Eyeglasses": 1, "Bangs": -1}, 1.5), edited[0])


def test_a_difference_model_takes_away_what_the_face_has(run_dir, classifier_dir, images):
    editor = Editor(run_dir("difference"))
    black = generated(run_dir("difference"), images, [0, -1, 1.5, 0])
    for source in ("Black_Hair", ["Black_Hair"], {"Black_Hair": 1}, [0, 1, 0, 0]):
        edited = editor.edit(images, {"Blond_Hair": 1}, intensity=1.5, source=source)
        assert close(edited, black)
    other = generated(run_dir("difference"), images, [0, 0, 1.5, 0])
    assert close(editor.edit(images, {"Blond_Hair": 1}, 1.5, source=["Bangs"]), other)
    # What is not told is seen, image by image.
    editor = Editor(run_dir("difference"), classifier_dir, batch_size=2)
    seen = editor.classify(images)[:, 1] > 0.5
    expected = np.where(seen[:, None, None, None], black, other)
    assert close(editor.edit(images, {"Blond_Hair": 1}, 1.5), expected)
    known = editor.known_source(images)
    np.testing.assert_array_equal(known[:, 1], seen)
    assert close(editor.edit(images, {"Blond_Hair": 1}, 1.5, source=known), expected)
    given = [None, ["Bangs"], None, None, None]
    expected[1] = other[1]
    assert close(editor.edit(images, {"Blond_Hair": 1}, 1.5, source=given), expected)


def test_an_edit_without_a_classifier_says_so_once(run_dir, images, caplog):
    editor = Editor(run_dir("difference"))
    for _ in range(2):
        editor.edit(images, {"Eyeglasses": 1})
    assert not caplog.text
    for _ in range(2):
        editor.edit(images, {"Blond_Hair": 1})
    assert caplog.text.count("adding Blond_Hair does not remove Black_Hair") == 1


def test_a_run_uses_the_classifier_that_it_keeps(run_dir, classifier_dir, images, tmp_path):
    shutil.copytree(run_dir("difference"), tmp_path / "run")
    keep_classifier(tmp_path / "run", classifier_dir)
    own = Editor(tmp_path / "run")
    np.testing.assert_array_equal(
        own.classify(images), Editor(run_dir("difference"), classifier_dir).classify(images)
    )
    with pytest.raises(ValueError, match="This needs a classifier"):
        Editor(tmp_path / "run", classifier="none").classify(images)
    (tmp_path / "run" / "classifier" / "classifier.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"No classifier\.json in .*run.classifier"):
        Editor(tmp_path / "run")
    assert Editor(tmp_path / "run", classifier="none").attributes == NAMES


def test_target_model_takes_given_source_attributes(run_dir, images):
    editor = Editor(run_dir("target"))
    edited = editor.edit(images, {"Blond_Hair": 1}, source=[0, 1, 0, 1])
    assert close(edited, generated(run_dir("target"), images, [-0.5, -0.5, 0.5, 0.5]))
    edited = editor.edit(images, {"Eyeglasses": -1}, intensity=1.5, source=[0, 1, 0, 1])
    assert close(edited, generated(run_dir("target"), images, [-0.5, 0.5, -0.5, -1.0]))


def test_target_model_asks_the_classifier(run_dir, classifier_dir, images):
    editor = Editor(run_dir("target"), classifier_dir, batch_size=3)
    probabilities = editor.classify(images)
    assert probabilities.shape == (5, 4)
    np.testing.assert_allclose(editor.classify(images[1]), probabilities[1], atol=1e-6)
    source = (probabilities > 0.5).astype(float)
    edited = editor.edit(images, {"Eyeglasses": 1})
    assert close(edited, editor.edit(images, {"Eyeglasses": 1}, source=source))


def test_aligned_frames_are_cropped_as_in_training(run_dir):
    aligned = np.random.default_rng(1).integers(0, 256, (218, 178, 3), np.uint8)
    editor = Editor(run_dir("difference"))
    edited = editor.edit(aligned, {"Bangs": 1})
    prepared = resize_bicubic_numpy(crop(aligned, CELEBA_CROP), SIZE)[None]
    label = tf.constant([[1.0, 0, 0, 0]])
    expected = load_run(run_dir("difference")).network([tf.constant(prepared), label])
    assert close(edited[None], to_uint8(expected.numpy()))


@pytest.mark.parametrize(
    ("shape", "dtype"), [((32, 32), np.uint8), ((0, 32, 32, 3), np.uint8), ((32, 32, 3), float)]
)
def test_images_of_another_kind(run_dir, shape, dtype):
    with pytest.raises(ValueError, match=r"`images`: Faces must be uint8"):
        Editor(run_dir("difference")).edit(np.zeros(shape, dtype), {"Bangs": 1})


def test_what_does_not_fit_is_named(run_dir, classifier_dir, images, tmp_path):
    editor = Editor(run_dir("target"))
    with pytest.raises(ValueError, match="must be 178x218 .*, or square .* Received: 30x40"):
        editor.edit(np.zeros((40, 30, 3), np.uint8), {"Bangs": 1})
    with pytest.raises(ValueError, match="no classifier, so.*--source.*--classifier"):
        editor.edit(images, {"Bangs": 1})
    with pytest.raises(ValueError, match=r"`source` must be 4 values .* 5 images.*\[0, 1, 1\]"):
        editor.edit(images, {"Bangs": 1}, source=[0, 1, 1])
    with pytest.raises(ValueError, match="`intensity` must be .* Received: -1"):
        editor.edit(images, {"Bangs": 1}, intensity=-1)
    with pytest.raises(ValueError, match="`batch_size` must be at least 1"):
        Editor(run_dir("target"), batch_size=0)
    with pytest.raises(FileNotFoundError, match="neither a run folder"):
        Editor(tmp_path)
    description = {"attributes": list(NAMES), "image_size": 64, "crop": "celeba"}
    save_classifier(AttributeClassifier(4, 64, width=1, hidden_units=2), description, tmp_path)
    with pytest.raises(ValueError, match="trained with --image_size=64, the run with .*=32"):
        Editor(run_dir("target"), tmp_path)


def test_reconstruction_is_the_edit_of_nothing(run_dir, images):
    editor = Editor(run_dir("difference"))
    assert close(editor.reconstruct(images), generated(run_dir("difference"), images, [0.0] * 4))
    editor = Editor(run_dir("target"))
    again = editor.reconstruct(images, source=[0, 1, 0, 1])
    assert close(again, generated(run_dir("target"), images, [-0.5, 0.5, -0.5, 0.5]))


@pytest.mark.parametrize(
    "label_mode", ["difference", pytest.param("target", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("model", quick_first(["litert/edit_float32.tflite", "saved_model"]))
def test_exported_models_give_what_the_run_gives(
    run_dir, classifier_dir, exported, images, label_mode, model
):
    of_run = Editor(run_dir(label_mode), classifier_dir)
    of_export = Editor(exported(label_mode) / model, batch_size=2)
    for name in ("attributes", "image_size", "crop_box"):
        assert getattr(of_export, name) == getattr(of_run, name)
    np.testing.assert_allclose(of_export.classify(images), of_run.classify(images), atol=1e-5)
    request = (images, {"Eyeglasses": 1, "Bangs": -1, "Blond_Hair": 1}, 1.5)
    assert close(of_export.edit(*request), of_run.edit(*request))
    assert close(of_export.reconstruct(images[0]), of_run.reconstruct(images[0]))
    aligned = np.random.default_rng(1).integers(0, 256, (218, 178, 3), np.uint8)
    assert close(of_export.edit(aligned, {"Bangs": 1}), of_run.edit(aligned, {"Bangs": 1}))


def test_the_model_of_another_attribute_set_is_named(exported, images):
    editor = Editor(exported("difference") / "saved_model")
    with pytest.raises(ValueError, match="Unknown attribute: 'Glasses'. Nearest: Eyeglasses"):
        editor.edit(images, {"Glasses": 1})


def test_paths_that_are_no_model(exported, classifier_dir, tmp_path):
    folder = exported("difference")
    with pytest.raises(FileNotFoundError, match="It is an export: give .*saved_model"):
        Editor(folder)
    with pytest.raises(ValueError, match="--classifier is for run folders"):
        Editor(folder / "saved_model", classifier_dir)
    with pytest.raises(ValueError, match="has no classifier"):
        Editor(folder / "saved_model", "none").classify(np.zeros((32, 32, 3), np.uint8))
    with pytest.raises(ValueError, match="--weights is for run folders"):
        Editor(folder / "saved_model", weights="raw")
    with pytest.raises(FileNotFoundError, match=r"No LiteRT file .*edit\.tflite"):
        Editor(tmp_path / "edit.tflite")


def test_a_damaged_checkpoint_is_named(run_dir, tmp_path):
    shutil.copytree(run_dir("difference"), tmp_path / "run")
    for path in (tmp_path / "run" / "checkpoints").glob("*.data*"):
        path.write_bytes(b"")
    with pytest.raises(ValueError, match="No checkpoint in .* can be restored"):
        Editor(tmp_path / "run")


def test_target_models_without_a_classifier_warn(run_dir, caplog):
    Editor(run_dir("target"))
    assert "edits need `source`" in caplog.text
    caplog.clear()
    Editor(run_dir("difference"))
    assert not caplog.text


def test_litert_files_are_edited_without_tensorflow(exported):
    path = exported("difference") / "litert" / "edit_float32.tflite"
    script = f"""
import sys, numpy as np, stgan_tf
edited = stgan_tf.Editor({str(path)!r}).edit(np.zeros((32, 32, 3), np.uint8), {{"Bangs": 1}})
assert edited.shape == (32, 32, 3)
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
