"""From the Keras model to LiteRT files, by TFLite's converter driven directly.

keras.Model.export(format="litert") would let TensorFlow's own operations in (Flex) wherever the
converter has none of its own; here such a model is an error. The batch is 1: with any batch the
converter computes the shapes of transposed convolutions at run time, which GPU delegates refuse.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterator

import keras
import numpy as np
import tensorflow as tf

from stgan_tf.exporting.flatbuffer import require_portable
from stgan_tf.exporting.litert_clone import cloned_for_litert
from stgan_tf.exporting.options import FLOAT16, FLOAT32, INT8
from stgan_tf.exporting.samples import Samples
from stgan_tf.exporting.signatures import Signature, classify_signature, edit_signature
from stgan_tf.runtime.exportable import Exportable
from stgan_tf.runtime.inputs import edit_inputs
from stgan_tf.runtime.model_description import CLASSIFY_SIGNATURE, EDIT_SIGNATURE


def convert_edit(
    model: Exportable, precisions: tuple[str, ...], calibration: Samples | None
) -> dict[str, bytes]:
    """{precision: LiteRT file} of the signature `edit`.

    Args:
        precisions: Of PRECISIONS.
        calibration: Images that int8's ranges are measured on.

    The converter quantises too. Its successor, ai-edge-quantizer 0.10, gave a dynamic int8 file of
    the same size and 52.9 instead of 53.4 dB (64 px, trained), but leaves quantised convolutions
    the version of float ones, so that older runtimes take what they cannot run, and makes the
    inputs and outputs of int8 files int8.
    """
    signature = edit_signature(cloned_for_litert(model), batch=1)
    return _convert(EDIT_SIGNATURE, signature, precisions, lambda: _rows(model, calibration))


def convert_classifier(model: Exportable) -> bytes:
    """The LiteRT file, float32, of the signature `classify`."""
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
        archive.write_out(folder, verbose=False)
        for precision in precisions:
            # One signature: the archive repeats it as serving_default, and each becomes a copy.
            converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[name])
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
            if precision != FLOAT32:
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            if precision == FLOAT16:
                converter.target_spec.supported_types = [tf.float16]
            if precision == INT8:
                # Inputs and outputs stay float32: LiteRT.js has no int8, and nothing else changes.
                converter.representative_dataset = calibration_rows
                converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            with warnings.catch_warnings():
                # The converter's own calibrator uses the interpreter that TensorFlow deprecates.
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
