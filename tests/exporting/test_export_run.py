"""Exporting whole runs: what is written, what is refused, and that failures leave nothing."""

import dataclasses
import io
import json
import shutil
import sys

import numpy as np
import pytest
from disk_journal import DiskJournal
from PIL import Image
from small_runs import write_classifier, write_run

from stgan_tf.classifier.network import AttributeClassifier
from stgan_tf.classifier.run_classifier import keep_classifier
from stgan_tf.classifier.training import save_classifier
from stgan_tf.exporting import export_run as module
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.exporting.parity import ParityError
from stgan_tf.exporting.report import latency_line, report_text, results_table
from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving.image_checks import check_images
from stgan_tf.serving.image_files import png
from stgan_tf.serving.request_images import fit

QUICK = ExportOptions(comparison_images=2, latency_repeats=1, batch_sizes=(1,))
SAVED_MODEL_ONLY = dataclasses.replace(QUICK, formats=("saved_model",))
LITERT_ONLY = dataclasses.replace(QUICK, formats=("litert",), precisions=("float32",))


def files_in(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_everything_is_where_it_is_looked_for(exported):
    out_dir, report = exported("attgan")
    assert files_in(out_dir) == [
        "export.json",
        "litert/classify_float32.tflite",
        "litert/edit_dynamic_int8.tflite",
        "litert/edit_float16.tflite",
        "litert/edit_float32.tflite",
        "litert/model.json",
        "saved_model/7/assets.extra/tf_serving_warmup_requests",
        "saved_model/7/assets/model.json",
        "saved_model/7/batching_params.pbtxt",
        "saved_model/7/fingerprint.pb",
        "saved_model/7/saved_model.pb",
        "saved_model/7/variables/variables.data-00000-of-00001",
        "saved_model/7/variables/variables.index",
    ]
    assert [path.name for path in out_dir.iterdir() if path.name.startswith(".")] == []
    assert json.loads((out_dir / "export.json").read_text()) == report
    described = ModelDescription.read(out_dir / "litert" / "model.json")
    assert described.label_mode == "target" and described.has_classifier
    assert described.provenance["step"] == 0
    told = {"sha256": described.provenance["classifier_sha256"], "validation_mean_accuracy": None}
    assert described.classifier == told == report["saved_model"]["classifier"]
    assert f"Classifier {told['sha256'][:8]}: edits ask it" in report_text(report)
    assert report["saved_model"]["signatures"].keys() == {"serving_default", "edit", "classify"}
    table = results_table(report)
    assert [line.split(" |")[0] for line in table.splitlines()[2:]] == [
        "| SavedModel, version 7",
        "| edit_float32.tflite",
        "| edit_float16.tflite",
        "| edit_dynamic_int8.tflite",
        "| classify_float32.tflite",
    ]
    assert "Keras generator" in latency_line(report)
    # Measured once: every format is shown beside the same model.
    assert report["saved_model"]["keras_latency_ms"] == report["litert"]["keras_latency_ms"] > 0
    # An earlier export's, in a format whose package is no longer here.
    assert results_table({"gone": {"rows": 1}, **report}) == table


@pytest.mark.slow
def test_a_run_that_keeps_a_classifier_is_exported_with_it(run_dirs, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(run_dirs["stgan"], run)
    keep_classifier(run, write_classifier(tmp_path / "classifier"))
    report = export_run(run, tmp_path / "with", options=LITERT_ONLY)
    assert "classify_float32.tflite" in report["litert"]["files"]
    described = ModelDescription.read(tmp_path / "with" / "litert" / "model.json")
    assert described.has_classifier and described.classifier == report["litert"]["classifier"]
    report = export_run(run, tmp_path / "without", "none", LITERT_ONLY)
    assert list(report["litert"]["files"]) == ["edit_float32.tflite"]
    described = ModelDescription.read(tmp_path / "without" / "litert" / "model.json")
    assert not described.has_classifier and described.classifier is None
    assert "No classifier" in report_text(report)


@pytest.mark.slow
def test_formats_are_refused_then_replaced_and_kept_apart(run_dirs, tmp_path, monkeypatch):
    journal = DiskJournal(monkeypatch)
    export_run(run_dirs["stgan"], tmp_path, options=SAVED_MODEL_ONLY)
    assert [path.name for path in (tmp_path / "saved_model").iterdir()] == ["0"]
    with pytest.raises(ValueError, match=r"saved_model/0 already exists.*--overwrite"):
        export_run(run_dirs["stgan"], tmp_path, options=SAVED_MODEL_ONLY)
    marker = tmp_path / "saved_model" / "0" / "old"
    marker.touch()
    # A SavedModel needs no ai-edge-litert, LiteRT files leave the SavedModel alone.
    report = export_run(run_dirs["stgan"], tmp_path, options=LITERT_ONLY)
    assert marker.exists() and report.keys() == {"saved_model", "litert"}
    with pytest.raises(ValueError, match=r"litert already exists"):
        export_run(run_dirs["stgan"], tmp_path, options=LITERT_ONLY)
    again = dataclasses.replace(SAVED_MODEL_ONLY, overwrite=True)
    export_run(run_dirs["stgan"], tmp_path, options=again)
    assert not marker.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "export.json",
        "litert",
        "saved_model",
    ]
    journal.require_safe(tmp_path / "saved_model" / "0", tmp_path / "litert")


@pytest.mark.parametrize("options", [SAVED_MODEL_ONLY, LITERT_ONLY])
def test_a_model_that_differs_leaves_nothing(run_dirs, tmp_path, monkeypatch, options):
    keep = tmp_path / "litert" / "old.tflite"
    keep.parent.mkdir()
    keep.write_bytes(b"kept")
    right = module.keras_edit

    def shifted(model, samples):
        return right(model, samples) + np.float32(2e-4)

    monkeypatch.setattr(module, "keras_edit", shifted)
    monkeypatch.setattr("stgan_tf.exporting.parity.keras_edit", shifted)
    options = dataclasses.replace(options, overwrite=True)
    with pytest.raises(ParityError, match="differs from the Keras model by 0.0002"):
        export_run(run_dirs["stgan"], tmp_path, options=options)
    assert files_in(tmp_path) == ["litert/old.tflite"]
    assert [path.name for path in tmp_path.iterdir()] == ["litert"]


def test_what_is_missing_is_named(run_dirs, classifier_dir, tmp_path):
    out_dir = tmp_path / "out"
    with pytest.raises(FileNotFoundError, match="this is not a run folder"):
        export_run(tmp_path, out_dir)
    (tmp_path / "config.json").write_text((run_dirs["stgan"] / "config.json").read_text())
    with pytest.raises(FileNotFoundError, match="No checkpoint in"):
        export_run(tmp_path, out_dir)
    with pytest.raises(FileNotFoundError, match=r"No classifier.keras in /nowhere"):
        export_run(run_dirs["stgan"], out_dir, "/nowhere")
    with pytest.raises(FileNotFoundError, match=r"--data_dir=/nowhere is not a folder"):
        export_run(
            run_dirs["stgan"], out_dir, options=dataclasses.replace(QUICK, data_dir="/nowhere")
        )
    int8 = dataclasses.replace(LITERT_ONLY, precisions=("float32", "int8"))
    with pytest.raises(ValueError, match="int8 is calibrated on images of the run's data"):
        export_run(run_dirs["stgan"], out_dir, options=int8)
    assert not out_dir.exists() or not files_in(out_dir)


def test_a_folder_that_cannot_be_written(run_dirs, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="--out_dir=.*/file/out cannot be written"):
        export_run(run_dirs["stgan"], tmp_path / "file" / "out", options=LITERT_ONLY)


def test_a_classifier_of_other_images_is_refused(run_dirs, classifier_dir, tmp_path):
    description = {"attributes": ["Bangs"], "image_size": 32, "crop": "celeba"}
    save_classifier(AttributeClassifier(1, 32, 1, 2), description, tmp_path)
    with pytest.raises(ValueError, match="Unknown attribute: 'Black_Hair'"):
        export_run(run_dirs["stgan"], tmp_path / "out", tmp_path, QUICK)
    names = ["Bangs", "Black_Hair", "Blond_Hair", "Eyeglasses"]
    description = {"attributes": names, "image_size": 32, "crop": "none"}
    save_classifier(AttributeClassifier(4, 32, 1, 2), description, tmp_path)
    with pytest.raises(ValueError, match="--crop=none, the run with --crop=celeba"):
        export_run(run_dirs["stgan"], tmp_path / "out", tmp_path, QUICK)


def test_a_model_of_whole_pictures_takes_them_in_any_shape(tmp_path):
    """The export itself compares pictures of two shapes; server and client take them too."""
    run_dir = write_run(tmp_path / "run", crop="none", resize="contain")
    report = export_run(run_dir, tmp_path / "out", "none", SAVED_MODEL_ONLY)
    (described,) = (tmp_path / "out").rglob("model.json")
    description = ModelDescription.read(described)
    assert description.resize == "contain" and description.crop_box is None
    figures = json.dumps(report, default=str)
    assert '"max_level_difference"' in figures
    pixels = np.random.default_rng(0).integers(0, 256, (16, 32, 3), np.uint8)
    picture = png(pixels)
    assert check_images([picture], description.crop_rule, 10**6) == [picture]
    sent = np.asarray(Image.open(io.BytesIO(fit(picture, description))))
    np.testing.assert_array_equal(sent[8:24], pixels)
    np.testing.assert_array_equal(sent[:8], pixels[8:0:-1])
    np.testing.assert_array_equal(sent[24:], pixels[14:6:-1])


def test_packages_that_are_missing_are_named_before_the_work(run_dirs, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_serving.apis", None)
    with pytest.raises(ModuleNotFoundError, match=r'"stgan-tf\[serving\]", or .*--nowarmup'):
        export_run(run_dirs["stgan"], tmp_path / "out", options=SAVED_MODEL_ONLY)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(ModuleNotFoundError, match=r'"stgan-tf\[litert\]"'):
        export_run(run_dirs["stgan"], tmp_path / "out", options=LITERT_ONLY)
    assert not (tmp_path / "out").exists()
    without = dataclasses.replace(SAVED_MODEL_ONLY, warmup=False)
    report = export_run(run_dirs["stgan"], tmp_path / "out", options=without)
    assert report["saved_model"]["warmup_records"] == 0
    assert not (tmp_path / "out" / "saved_model" / "0" / "assets.extra").exists()
