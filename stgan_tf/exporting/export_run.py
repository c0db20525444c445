"""From a run folder to what is deployed: everything is built aside, compared, then put in place."""

import importlib.metadata
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import stgan_tf
from stgan_tf.exporting.latency import median_milliseconds
from stgan_tf.exporting.litert_files import THREADS, write_litert
from stgan_tf.exporting.options import INT8, LITERT, SAVED_MODEL, ExportOptions
from stgan_tf.exporting.parity import compare_saved_model, keras_edit
from stgan_tf.exporting.placing import require_free, require_writable
from stgan_tf.exporting.samples import DRAWN, Samples, load_samples
from stgan_tf.exporting.saved_model import write_batching, write_description, write_graph
from stgan_tf.exporting.warmup import require_serving_api, write_warmup
from stgan_tf.files import replace_folder, write_text
from stgan_tf.runtime.exportable import Exportable, load_exportable
from stgan_tf.runtime.inputs import edit_inputs
from stgan_tf.runtime.litert_function import require_litert
from stgan_tf.runtime.model_description import EDIT_SIGNATURE
from stgan_tf.runtime.saved_model_model import SavedModelModel

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
        classifier: Folder of a trained classifier; None: the run's own, where it keeps one
            (RUN/classifier); "none": exported without.

    Returns {"saved_model": ..., "litert": ...}, each with what was measured; a format that was not
    asked for keeps what an earlier export said of it.

    Raises ParityError where what was exported is too far from the trained model; FileNotFoundError,
    ValueError, OSError, CheckpointError or ModuleNotFoundError for what is missing or does not fit.
    Nothing is left behind by any of them.
    """
    options = options or ExportOptions()
    out_dir = Path(out_dir)
    # All that can be refused is refused before the work starts.
    if LITERT in options.formats:
        require_litert()
        require_free(out_dir / LITERT, options.overwrite)
    if SAVED_MODEL in options.formats and options.warmup:
        require_serving_api()
    model = load_exportable(run_dir, classifier, options.weights)
    version = options.version or model.step
    version_dir = out_dir / SAVED_MODEL / str(version)
    if SAVED_MODEL in options.formats:
        require_free(version_dir, options.overwrite)
    require_writable(out_dir)
    samples, calibration = _samples(model, options)
    expected = keras_edit(model, samples)
    provenance = _provenance(model, run_dir, samples)

    report = _earlier(out_dir)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out_dir) as building:
        built = Path(building)
        if SAVED_MODEL in options.formats:
            report[SAVED_MODEL] = {
                "version": version,
                **_build_saved_model(model, built / SAVED_MODEL, samples, options, provenance),
                "classifier": model.description.classifier,
                "provenance": provenance,
            }
        if LITERT in options.formats:
            files = write_litert(
                model,
                built / LITERT,
                options.precisions,
                samples,
                expected,
                calibration=calibration,
                int8_minimum_psnr=options.int8_minimum_psnr,
                repeats=options.latency_repeats,
                provenance=provenance,
            )
            report[LITERT] = {
                "files": files,
                "threads": THREADS,
                "classifier": model.description.classifier,
                "keras_latency_ms": _keras_latency(model, samples, options.latency_repeats),
                "provenance": provenance,
            }
        if SAVED_MODEL in options.formats:
            replace_folder(built / SAVED_MODEL, version_dir)
        if LITERT in options.formats:
            replace_folder(built / LITERT, out_dir / LITERT)
    write_text(out_dir / REPORT_FILE, json.dumps(report, indent=2) + "\n")
    return report


def _build_saved_model(
    model: Exportable, folder: Path, samples: Samples, options: ExportOptions, provenance: dict
) -> dict:
    graph_digests = write_graph(model, folder)
    write_batching(folder, options.batch_sizes)
    warmup = 0
    if options.warmup:
        warmup = write_warmup(model, folder, options.model_name, options.batch_sizes)
    write_description(model, folder, graph_digests, provenance)
    saved = SavedModelModel(folder)
    parity = compare_saved_model(model, saved, samples)
    inputs = _one(model, samples)
    milliseconds = median_milliseconds(
        lambda: saved.call(EDIT_SIGNATURE, inputs), options.latency_repeats
    )
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "signatures": parity,
        "bytes": size,
        "latency_ms": milliseconds,
        "keras_latency_ms": _keras_latency(model, samples, options.latency_repeats),
        "warmup_records": warmup,
        "batch_sizes": list(options.batch_sizes),
    }


def _samples(model: Exportable, options: ExportOptions) -> tuple[Samples, Samples | None]:
    """Images to compare on, and others to calibrate int8 with."""
    calibrated = INT8 in options.precisions and LITERT in options.formats
    wanted = options.calibration_images if calibrated else 0
    samples = load_samples(model.config, wanted + options.comparison_images, options.data_dir)
    if not calibrated:
        return samples, None
    if samples.origin == DRAWN:
        raise ValueError(
            "int8's ranges are measured on images of the run's data set, which is not here "
            f"({model.config.data.data_dir or 'the run names none'}): name it with --data_dir."
        )
    available = len(samples.images)
    if available < 2:
        raise ValueError("int8 needs two training images or more: to calibrate and to compare.")
    # Where there are fewer than asked for, both get some.
    calibration, compared = samples.split(
        max(available - options.comparison_images, available // 2)
    )
    return compared, calibration


def _one(model: Exportable, samples: Samples) -> dict[str, np.ndarray]:
    inputs = edit_inputs(model.description, samples.images, samples.difference, samples.source)
    return {name: value[:1] for name, value in inputs.items()}


def _keras_latency(model: Exportable, samples: Samples, repeats: int) -> float:
    """Milliseconds of one image in the Keras model, as a graph on all of TensorFlow's threads."""
    edit = tf.function(model.edit)
    inputs = [tf.constant(value) for value in _one(model, samples).values()]
    return median_milliseconds(lambda: edit(*inputs).numpy(), repeats)


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
    """What an earlier export wrote of formats whose folders are still there."""
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
