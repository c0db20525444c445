"""The LiteRT format: converts files, runs them in LiteRT, compares, times and describes them."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stgan_tf.digests import digest
from stgan_tf.exporting.conversion import convert_classifier, convert_edit
from stgan_tf.exporting.format import Format, Job
from stgan_tf.exporting.latency import median_milliseconds
from stgan_tf.exporting.options import DYNAMIC_INT8, FLOAT16, FLOAT32, INT8, ExportOptions
from stgan_tf.exporting.parity import parity_decibels, require_close, require_psnr
from stgan_tf.files import write_text
from stgan_tf.runtime.inputs import edit_inputs
from stgan_tf.runtime.litert_function import LiteRTFunction, require_litert
from stgan_tf.runtime.model_description import (
    CLASSIFY_SIGNATURE,
    EDIT_SIGNATURE,
    EDITED,
    FILE_NAME,
    IMAGES,
    PROBABILITIES,
    ModelFile,
)

#: Maximum difference of a float32 file from Keras.
FLOAT32_TOLERANCE = 1e-4
#: Minimum PSNR in dB against the float32 file. For int8 it is set by the user.
MINIMUM_PSNR = {FLOAT16: 45.0, DYNAMIC_INT8: 32.0}
THREADS = 2
_CLASSIFIER_FILE = f"classify_{FLOAT32}.tflite"


class LiteRTFormat(Format):
    """edit_PRECISION.tflite, classify_float32.tflite if there is a classifier, and model.json."""

    name = "litert"

    def require(self, options: ExportOptions) -> None:
        require_litert()

    def calibration_images(self, options: ExportOptions) -> int:
        return options.calibration_images if INT8 in options.precisions else 0

    def build(self, job: Job, folder: Path) -> None:
        folder.mkdir(parents=True)
        files = convert_edit(job.model, job.options.precisions, job.calibration)
        for precision, data in files.items():
            (folder / _edit_file(precision)).write_bytes(data)
        if job.model.classifier is not None:
            (folder / _CLASSIFIER_FILE).write_bytes(convert_classifier(job.model))

    def verify(self, job: Job, folder: Path) -> dict[str, Any]:
        """Runs each file in LiteRT, then writes model.json."""
        files, figures = [], {}
        for file, measured in self._edit_files(job, folder):
            files.append(file)
            figures[file.name] = {**dataclasses.asdict(file), **measured}
        if job.model.classifier is not None:
            file, measured = self._classifier_file(job, folder)
            files.append(file)
            figures[file.name] = {**dataclasses.asdict(file), **measured}
        described = dataclasses.replace(
            job.model.description, files=tuple(files), provenance=dict(job.provenance)
        )
        write_text(folder / FILE_NAME, described.to_json() + "\n")
        return {"files": figures, "threads": THREADS}

    def describe(self, report: Mapping[str, Any]) -> list[list[str]]:
        return [_row(file, report["keras_latency_ms"]) for file in report["files"].values()]

    @staticmethod
    def _edit_files(job: Job, folder: Path):
        """(file, figures) for each precision, float32 first: the others are compared with it."""
        samples = job.samples
        inputs = edit_inputs(
            job.model.description, samples.images, samples.difference, samples.source
        )
        one = {key: value[:1] for key, value in inputs.items()}
        minimum = {**MINIMUM_PSNR, INT8: job.options.int8_minimum_psnr}
        reference = None
        for precision in job.options.precisions:
            name = _edit_file(precision)
            function = LiteRTFunction((folder / name).read_bytes(), EDIT_SIGNATURE, THREADS)
            edited = function(inputs)[EDITED]
            measured: dict[str, object] = {}
            ratio = None
            if precision == FLOAT32:
                reference = edited
                difference = require_close(name, edited, job.expected, FLOAT32_TOLERANCE)
                measured["max_abs_difference"] = difference
            else:
                ratio = require_psnr(name, edited, reference, minimum[precision])
            measured["psnr_to_keras"] = parity_decibels(edited, job.expected)
            milliseconds = median_milliseconds(
                lambda f=function: f(one), job.options.latency_repeats
            )
            yield _file(folder, name, EDIT_SIGNATURE, precision, ratio, milliseconds), measured

    @staticmethod
    def _classifier_file(job: Job, folder: Path) -> tuple[ModelFile, dict]:
        path = folder / _CLASSIFIER_FILE
        function = LiteRTFunction(path.read_bytes(), CLASSIFY_SIGNATURE, THREADS)
        images = job.samples.images
        probabilities = function({IMAGES: images})[PROBABILITIES]
        expected = job.model.classify(images).numpy()
        difference = require_close(path.name, probabilities, expected, FLOAT32_TOLERANCE)
        milliseconds = median_milliseconds(
            lambda: function({IMAGES: images[:1]}), job.options.latency_repeats
        )
        file = _file(folder, path.name, CLASSIFY_SIGNATURE, FLOAT32, None, milliseconds)
        return file, {"max_abs_difference": difference}


def _edit_file(precision: str) -> str:
    return f"edit_{precision}.tflite"


def _file(
    folder: Path, name: str, role: str, precision: str, ratio: float | None, milliseconds: float
) -> ModelFile:
    path = folder / name
    size = path.stat().st_size
    return ModelFile(name, role, precision, size, digest(path), ratio, milliseconds)


def _row(file: Mapping, keras_latency: float) -> list[str]:
    edits = file["role"] == EDIT_SIGNATURE
    if "max_abs_difference" in file:
        against_keras = f"{file['max_abs_difference']:.1g}"
    else:
        against_keras = f"{file['psnr_to_keras']:.1f} dB"
    return [
        file["name"],
        f"{file['bytes'] / 2**20:.2f} MiB",
        against_keras,
        "" if file["psnr"] is None else f"{file['psnr']:.1f} dB",
        f"{file['latency_ms']:.1f} ms",
        f"{keras_latency / file['latency_ms']:.2f}" if edits else "",
    ]
