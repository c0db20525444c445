"""The LiteRT folder: files converted, run in LiteRT, compared, timed, and described."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from stgan_tf.digests import digest
from stgan_tf.exporting.latency import median_milliseconds
from stgan_tf.exporting.litert import convert_classifier, convert_edit
from stgan_tf.exporting.options import DYNAMIC_INT8, FLOAT16, FLOAT32, INT8
from stgan_tf.exporting.parity import parity_decibels, require_close, require_psnr
from stgan_tf.exporting.samples import Samples
from stgan_tf.files import write_text
from stgan_tf.runtime.exportable import Exportable
from stgan_tf.runtime.inputs import edit_inputs
from stgan_tf.runtime.litert_function import LiteRTFunction
from stgan_tf.runtime.model_description import (
    CLASSIFY_SIGNATURE,
    EDIT_SIGNATURE,
    EDITED,
    FILE_NAME,
    IMAGES,
    PROBABILITIES,
    ModelFile,
)

#: Largest difference of a float32 file from Keras.
FLOAT32_TOLERANCE = 1e-4
#: Lowest PSNR in dB against the float32 file. int8's is the user's.
MINIMUM_PSNR = {FLOAT16: 45.0, DYNAMIC_INT8: 32.0}
THREADS = 2


def write_litert(
    model: Exportable,
    folder: Path,
    precisions: Sequence[str],
    samples: Samples,
    expected: np.ndarray,
    *,
    calibration: Samples | None,
    int8_minimum_psnr: float,
    repeats: int,
    provenance: Mapping[str, object],
) -> dict:
    """Writes edit_PRECISION.tflite, classify_float32.tflite where there is a classifier, and
    model.json, last.

    Args:
        precisions: As in `ExportOptions`, float32 first.
        samples, expected: Images and edits, and what Keras makes of them.
        calibration: Images for int8.
        repeats: Calls that a latency is the median of.

    Returns {file name: figures}. Raises ParityError where a file is too far from Keras.
    """
    folder.mkdir(parents=True)
    minimum = {**MINIMUM_PSNR, INT8: int8_minimum_psnr}
    inputs = edit_inputs(model.description, samples.images, samples.difference, samples.source)
    files, figures = [], {}
    reference = None
    for precision, data in convert_edit(model, tuple(precisions), calibration).items():
        name = f"edit_{precision}.tflite"
        function = LiteRTFunction(data, EDIT_SIGNATURE, THREADS)
        edited = function(inputs)[EDITED]
        measured: dict[str, object] = {}
        ratio = None
        if precision == FLOAT32:
            reference = edited
            difference = require_close(name, edited, expected, FLOAT32_TOLERANCE)
            measured["max_abs_difference"] = difference
        else:
            ratio = require_psnr(name, edited, reference, minimum[precision])
        measured["psnr_to_keras"] = parity_decibels(edited, expected)
        one = {key: value[:1] for key, value in inputs.items()}
        milliseconds = median_milliseconds(lambda f=function, x=one: f(x), repeats)
        files.append(_write(folder, name, EDIT_SIGNATURE, precision, data, ratio, milliseconds))
        figures[name] = {**dataclasses.asdict(files[-1]), **measured}
    if model.classifier is not None:
        file, measured = _write_classifier(model, folder, samples, repeats)
        files.append(file)
        figures[file.name] = {**dataclasses.asdict(file), **measured}
    described = dataclasses.replace(
        model.description, files=tuple(files), provenance=dict(provenance)
    )
    write_text(folder / FILE_NAME, described.to_json() + "\n")
    return figures


def _write_classifier(
    model: Exportable, folder: Path, samples: Samples, repeats: int
) -> tuple[ModelFile, dict]:
    name = f"classify_{FLOAT32}.tflite"
    data = convert_classifier(model)
    function = LiteRTFunction(data, CLASSIFY_SIGNATURE, THREADS)
    inputs = {IMAGES: samples.images}
    probabilities = function(inputs)[PROBABILITIES]
    expected = model.classify(samples.images).numpy()
    difference = require_close(name, probabilities, expected, FLOAT32_TOLERANCE)
    milliseconds = median_milliseconds(lambda: function({IMAGES: samples.images[:1]}), repeats)
    file = _write(folder, name, CLASSIFY_SIGNATURE, FLOAT32, data, None, milliseconds)
    return file, {"max_abs_difference": difference}


def _write(
    folder: Path,
    name: str,
    role: str,
    precision: str,
    data: bytes,
    ratio: float | None,
    milliseconds: float,
) -> ModelFile:
    path = folder / name
    path.write_bytes(data)
    return ModelFile(name, role, precision, len(data), digest(path), ratio, milliseconds)
