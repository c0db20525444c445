"""Converts the Keras model to LiteRT files, calling TFLite's converter directly.

keras.Model.export(format="litert") would allow TensorFlow ops (Flex) wherever the converter has no
builtin op; here such a model is an error. The batch size is fixed at 1: with a dynamic batch, the
converter computes the shapes of transposed convolutions at run time, which GPU delegates reject.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterator

import keras
import numpy as np
import tensorflow as tf

from stgan_tf.exporting.flatbuffer import require_portable
from stgan_tf.exporting.inference_copy import copied_for_litert
from stgan_tf.exporting.options import FLOAT16, FLOAT32, INT8
from stgan_tf.exporting.samples import Samples
from stgan_tf.exporting.signatures import Signature, classify_signature, edit_signature
from stgan_tf.keras_versions import write_archive
from stgan_tf.library_notices import without_notices
from stgan_tf.runtime.exportable import Exportable
from stgan_tf.runtime.inputs import edit_inputs
from stgan_tf.runtime.model_description import CLASSIFY_SIGNATURE, EDIT_SIGNATURE


def convert_edit(
    model: Exportable, precisions: tuple[str, ...], calibration: Samples | None
) -> dict[str, bytes]:
    """{precision: LiteRT file} for the signature `edit`.

    Args:
        precisions: Any of PRECISIONS.
        calibration: Images to calibrate int8 on.

    The converter also does the quantisation. Its successor, ai-edge-quantizer 0.10, gave a
    dynamic-range int8 file of the same size with 52.9 instead of 53.4 dB (64 px, trained), but it
    keeps the op version of float convolutions for quantised ones, so that older runtimes accept
    files they cannot run, and it makes the inputs and outputs of int8 files int8. Raises ValueError
    for files that are not portable (`require_portable`).
    """
    files = {}
    for is_int8 in (False, True):
        chosen = tuple(precision for precision in precisions if (precision == INT8) == is_int8)
        if chosen:
            signature = edit_signature(copied_for_litert(model, sum_precisely=is_int8), batch=1)
            files |= _convert(EDIT_SIGNATURE, signature, chosen, lambda: _rows(model, calibration))
    return files


def convert_classifier(model: Exportable) -> bytes:
    """The float32 LiteRT file for the signature `classify`."""
    signature = classify_signature(model, batch=1)
    return _convert(CLASSIFY_SIGNATURE, signature, (FLOAT32,))[FLOAT32]


def _convert(
    name: str,
    signature: Signature,
    precisions: tuple[str, ...],
    calibration_rows: Callable[[], Iterator[dict[str, np.ndarray]]] | None = None,
) -> dict[str, bytes]:
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        archive = keras.export.ExportArchive()
        archive.add_endpoint(name, signature.function, list(signature.inputs))
        write_archive(archive, folder)
        for precision in precisions:
            # One signature only: the archive repeats it as serving_default, and each would become a
            # copy.
            converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[name])
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
            if precision != FLOAT32:
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            if precision == FLOAT16:
                converter.target_spec.supported_types = [tf.float16]
            if precision == INT8:
                # Inputs and outputs stay float32: LiteRT.js does not support int8, and nothing else
                # changes.
                converter.representative_dataset = calibration_rows
                converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            with without_notices(), warnings.catch_warnings():
                # The converter's own calibrator uses TensorFlow's deprecated interpreter.
                warnings.filterwarnings(
                    "ignore", r"\s*Warning: tf\.lite\.Interpreter is deprecated"
                )
                files[precision] = converter.convert()
            require_portable(f"The {precision} file", files[precision])
    return files


def _rows(model: Exportable, samples: Samples) -> Iterator[dict[str, np.ndarray]]:
    inputs = edit_inputs(model.description, samples.images, samples.difference, samples.source)
    for row in range(len(samples.images)):
        yield {name: value[row : row + 1] for name, value in inputs.items()}
