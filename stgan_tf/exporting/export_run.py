"""Exports a run folder for deployment: builds everything in a temporary folder, verifies it, then
moves it into place.
"""

import importlib.metadata
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import keras
import tensorflow as tf

import stgan_tf
from stgan_tf.exporting.format import Job, find_format, require_known
from stgan_tf.exporting.keras_latency import keras_milliseconds
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.exporting.parity import keras_edit
from stgan_tf.exporting.placing import require_free, require_writable
from stgan_tf.exporting.samples import DRAWN, Samples, load_samples
from stgan_tf.files import replace_folder, write_text
from stgan_tf.runtime.exportable import Exportable, load_exportable

REPORT_FILE = "export.json"


def export_run(
    run_dir: Path | str,
    out_dir: Path | str,
    classifier: Path | str | None = None,
    options: ExportOptions | None = None,
) -> dict:
    """Exports the newest checkpoint of a run.

        out_dir/saved_model/VERSION/   for TensorFlow Serving (base path: out_dir/saved_model)
        out_dir/litert/                model.json, edit_PRECISION.tflite, classify_float32.tflite
        out_dir/export.json            figures and provenance, as returned

    Args:
        classifier: Folder of a trained classifier; None: the run's own, if it keeps one
            (RUN/classifier); "none": export without a classifier.

    Returns {format: measurements}; formats that were not requested keep the measurements of an
    earlier export.

    Raises ParityError if an exported model differs too much from the trained one;
    FileNotFoundError, ValueError, OSError, CheckpointError or ModuleNotFoundError for missing or
    invalid inputs. None of these leaves partial output behind.
    """
    options = options or ExportOptions()
    out_dir = Path(out_dir)
    # Everything that can be rejected is rejected before the work starts.
    require_known(options.formats)
    formats = [find_format(name) for name in options.formats]
    for format_ in formats:
        format_.require(options)
    model = load_exportable(run_dir, classifier, options.weights)
    places = {format_.name: format_.place(out_dir, model.step, options) for format_ in formats}
    for place in places.values():
        require_free(place, options.overwrite)
    require_writable(out_dir)
    wanted = max(format_.calibration_images(options) for format_ in formats)
    samples, calibration = _samples(model, options, wanted)
    provenance = _provenance(model, run_dir, samples)
    job = Job(model, samples, calibration, keras_edit(model, samples), options, provenance)

    # The reference for all formats.
    keras_latency = keras_milliseconds(job)

    report = _earlier(out_dir)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out_dir) as building:
        built = Path(building)
        for format_ in formats:
            format_.build(job, built / format_.name)
            report[format_.name] = {
                **format_.verify(job, built / format_.name),
                "keras_latency_ms": keras_latency,
                "classifier": model.description.classifier,
                "provenance": provenance,
            }
        for name, place in places.items():
            replace_folder(built / name, place)
    write_text(out_dir / REPORT_FILE, json.dumps(report, indent=2) + "\n")
    return report


def _samples(
    model: Exportable, options: ExportOptions, wanted: int
) -> tuple[Samples, Samples | None]:
    """Images to compare on, and `wanted` others for calibration."""
    # Only calibration is worth drawing a data set.
    samples = load_samples(
        model.config, wanted + options.comparison_images, options.data_dir, can_draw=bool(wanted)
    )
    if not wanted:
        return samples, None
    if samples.origin == DRAWN:
        raise ValueError(
            "int8 is calibrated on images of the run's data set, which was not found "
            f"({model.config.data.data_dir or 'the run names none'}): name it with --data_dir."
        )
    available = len(samples.images)
    if available < 2:
        raise ValueError(
            "int8 needs at least two training images: one to calibrate and one to compare."
        )
    # If there are fewer than requested, both get a share.
    calibration, compared = samples.split(
        max(available - options.comparison_images, available // 2)
    )
    return compared, calibration


def _provenance(model: Exportable, run_dir: Path | str, samples: Samples) -> dict[str, object]:
    versions = {"stgan_tf": stgan_tf.__version__, "python": platform.python_version()}
    versions |= {"tensorflow": tf.__version__, "keras": keras.__version__}
    try:
        versions["ai-edge-litert"] = importlib.metadata.version("ai-edge-litert")
    except importlib.metadata.PackageNotFoundError:
        versions["ai-edge-litert"] = None
    return {
        "run_dir": str(run_dir),
        "step": model.step,
        "weights": model.weights,
        "system": model.config.system,
        "classifier_sha256": model.classifier and model.classifier.sha256,
        "compared_on": f"{len(samples.images)} images: {samples.origin}",
        "versions": versions,
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _earlier(out_dir: Path) -> dict:
    """The report entries of an earlier export for formats whose folders still exist."""
    path = out_dir / REPORT_FILE
    if not path.is_file():
        return {}
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"{path} is not JSON ({error}): remove it, or choose another --out_dir."
        ) from error
    return {name: value for name, value in earlier.items() if (out_dir / name).is_dir()}
