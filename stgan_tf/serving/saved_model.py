"""`LoadedModel`: a SavedModel written by stgan_tf.export, loaded and tested."""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import tensorflow as tf
from google.protobuf.json_format import MessageToDict
from PIL import Image
from tensorflow.core.protobuf import saved_model_pb2

from stgan_tf.runtime.saved_model_model import GRAPH_FILE, SavedModelModel
from stgan_tf.serving.api_error import HTTP_STATUS, ApiError
from stgan_tf.serving.tensors import TYPE_NAMES, Value
from stgan_tf.serving.transport import Signature, TensorSpec

#: Marks the callable signatures; a SavedModel also has one for initialisation.
_METHOD = "tensorflow/serving/predict"


class LoadedModel:
    """A version of a model, ready for inference.

    Args:
        folder: The version folder.

    Attributes:
        description: The contents of `assets/model.json`.
        signatures: Its signatures by name.
        metadata: `signature_def` as returned by TF Serving's REST API.
        crop_rule: Which images its default signature accepts.

    Raises FileNotFoundError or ValueError if it cannot be loaded (for example if a file's digest
    differs from the description), ApiError if a signature fails: each is run once, which also makes
    the first request fast.
    """

    def __init__(self, folder: Path):
        self._model = SavedModelModel(folder)
        self.description = self._model.description
        self.crop_rule = self.description.crop_rule
        saved = saved_model_pb2.SavedModel.FromString((folder / GRAPH_FILE).read_bytes())
        definitions = saved.meta_graphs[0].signature_def
        self.metadata = {
            name: MessageToDict(
                definition,
                preserving_proto_field_name=True,
                always_print_fields_with_no_presence=True,
            )
            for name, definition in definitions.items()
        }
        self.signatures = {
            name: Signature(_specs(definition.inputs), _specs(definition.outputs))
            for name, definition in definitions.items()
            if definition.method_name == _METHOD
        }
        for name in self.signatures:
            self.run(name, self._blank(name))

    def run(self, signature: str, inputs: Mapping[str, Value]) -> dict[str, np.ndarray]:
        """Runs a signature and returns its outputs; strings are arrays of bytes. Thread-safe.

        Raises ApiError with the status that TF Serving would return for TensorFlow's error.
        """
        try:
            return self._model.call(signature, inputs)
        except tf.errors.OpError as error:
            status = HTTP_STATUS.get(_CODE_NAMES.get(error.error_code, ""), 500)
            raise ApiError(status, _told(error)) from error

    def _blank(self, name: str) -> dict[str, Value]:
        side = self.description.image_size
        with io.BytesIO() as file:
            Image.new("RGB", (side, side)).save(file, format="PNG")
            png = file.getvalue()
        return {
            name: [png] if spec.dtype == "DT_STRING" else np.zeros(_one(spec.shape), np.float32)
            for name, spec in self.signatures[name].inputs.items()
        }


_CODE_NAMES = {
    value: name for name, value in vars(tf.errors).items() if name.isupper() and type(value) is int
}


def _one(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(1 if size == -1 else size for size in shape)


def _told(error: tf.errors.OpError) -> str:
    """TensorFlow's error message: the last line before those about graph nodes."""
    lines = [line.strip() for line in error.message.split("\n\t [[")[0].splitlines()]
    return next((line for line in reversed(lines) if line), type(error).__name__)


def _specs(entries: Mapping) -> dict[str, TensorSpec]:
    return {
        name: TensorSpec(
            TYPE_NAMES.get(info.dtype, str(info.dtype)),
            tuple(dim.size for dim in info.tensor_shape.dim),
        )
        for name, info in sorted(entries.items())
    }
