"""Warm-up records: requests that TensorFlow Serving runs before it reports that it is ready.

Without them, the first request for each signature and batch size waits for TensorFlow to prepare
the graph. Writing them requires tensorflow-serving-api (extra `serving`).
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from stgan_tf.exporting.signatures import saved_model_signatures
from stgan_tf.runtime.exportable import Exportable

#: The path that TensorFlow Serving expects, in the version folder.
WARMUP_FILE = "assets.extra/tf_serving_warmup_requests"


def require_serving_api() -> tuple:
    """The modules of tensorflow-serving-api; ModuleNotFoundError says how to install it."""
    try:
        from tensorflow_serving.apis import predict_pb2, prediction_log_pb2
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'Warm-up records need tensorflow-serving-api: pip install "stgan-tf[serving]", or '
            f"leave them out with --nowarmup. ({error})"
        ) from error
    return predict_pb2, prediction_log_pb2


def write_warmup(
    model: Exportable, folder: Path, model_name: str, batch_sizes: Sequence[int]
) -> None:
    """Writes a request for each signature and batch size to the version folder.

    The images are grey: the cost of a request does not depend on its pixels, and a constant tensor
    takes only a few bytes.
    """
    predict_pb2, prediction_log_pb2 = require_serving_api()
    path = folder / WARMUP_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for name, inputs in _requests(model, batch_sizes):
            request = predict_pb2.PredictRequest()
            request.model_spec.name = model_name
            request.model_spec.signature_name = name
            for key, tensor in inputs.items():
                request.inputs[key].CopyFrom(tensor)
            log = prediction_log_pb2.PredictLog(request=request)
            writer.write(prediction_log_pb2.PredictionLog(predict_log=log).SerializeToString())


def count_warmup(folder: Path) -> int:
    """The number of warm-up requests in the version folder."""
    path = folder / WARMUP_FILE
    return sum(1 for _ in tf.data.TFRecordDataset(str(path))) if path.is_file() else 0


def _requests(
    model: Exportable, batch_sizes: Sequence[int]
) -> Iterable[tuple[str, Mapping[str, object]]]:
    for name, signature in saved_model_signatures(model).items():
        for batch in batch_sizes:
            inputs = {}
            for spec in signature.inputs:
                shape = (batch, *spec.shape[1:])
                value = _grey_png(model.description.image_size) if spec.dtype == tf.string else 0.0
                inputs[spec.name] = tf.make_tensor_proto(value, spec.dtype, shape)
            yield name, inputs


def _grey_png(size: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((size, size, 3), 127, np.uint8)).save(buffer, format="PNG")
    return buffer.getvalue()
