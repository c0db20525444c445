"""The embedded server on a thread, and TF Serving's gRPC services around a model."""

import contextlib
import threading
import types
from concurrent import futures

import grpc
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from stgan_tf.serving.http_server import http_server
from stgan_tf.serving.listening import listen
from stgan_tf.serving.metrics import Metrics
from stgan_tf.serving.predictions import Limits, Predictions
from stgan_tf.serving.rest_api import RestApi
from stgan_tf.serving.saved_model import LoadedModel
from stgan_tf.serving.version_manager import VersionManager
from stgan_tf.serving.web_app import add_web_app


@contextlib.contextmanager
def running(base, limits=None, load=LoadedModel, labels=None, settings=None, web=(None, None)):
    """A server on a free port: .url, .versions, .metrics."""
    metrics = Metrics()
    versions = VersionManager(base, load, on_change=metrics.versions, **(settings or {}))
    predictions = Predictions(limits or Limits(), metrics)
    api = RestApi("stgan", versions, predictions, metrics, labels)
    add_web_app(api.app, *web)
    versions.start()
    with listen("127.0.0.1", 0) as listener:
        server = http_server(api.app, limits or Limits(), metrics)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield types.SimpleNamespace(url=url, versions=versions, metrics=metrics)
        finally:
            server.should_exit = True
            # It waits for open connections, and a client of a test may have kept one.
            thread.join(10)
            server.force_exit = True
            thread.join(60)
            assert not thread.is_alive(), "The server does not end"
            versions.stop()
            predictions.close()


class _Predict(prediction_service_pb2_grpc.PredictionServiceServicer):
    """PredictionService of TF Serving's own protobufs, on TensorFlow's own conversions."""

    def __init__(self, folder):
        self._module = tf.saved_model.load(str(folder))
        saved = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
        self._definitions = saved.meta_graphs[0].signature_def

    def Predict(self, request, context):  # noqa: N802
        if request.model_spec.name != "stgan":
            context.abort(
                grpc.StatusCode.NOT_FOUND,
                f"Servable not found for request: Latest({request.model_spec.name})",
            )
        name = request.model_spec.signature_name or "serving_default"
        inputs = {key: tf.constant(tf.make_ndarray(t)) for key, t in request.inputs.items()}
        try:
            outputs = self._module.signatures[name](**inputs)
        except (tf.errors.InvalidArgumentError, TypeError) as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        answer = predict_pb2.PredictResponse()
        for key, value in outputs.items():
            answer.outputs[key].CopyFrom(tf.make_tensor_proto(value.numpy()))
        return answer

    def GetModelMetadata(self, request, context):  # noqa: N802
        found = get_model_metadata_pb2.SignatureDefMap(signature_def=self._definitions)
        answer = get_model_metadata_pb2.GetModelMetadataResponse()
        answer.metadata["signature_def"].Pack(found)
        return answer


class _Status(model_service_pb2_grpc.ModelServiceServicer):
    def GetModelStatus(self, request, context):  # noqa: N802
        answer = get_model_status_pb2.GetModelStatusResponse()
        rows = answer.model_version_status
        rows.add(version=1, state=get_model_status_pb2.ModelVersionStatus.AVAILABLE)
        bad = rows.add(version=2, state=get_model_status_pb2.ModelVersionStatus.END)
        bad.status.error_code = 5
        bad.status.error_message = "no such file"
        return answer


@contextlib.contextmanager
def grpc_server(folder):
    """HOST:PORT of a server with TF Serving's two services."""
    server = grpc.server(futures.ThreadPoolExecutor(2))
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(_Predict(folder), server)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(_Status(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        assert server.stop(None).wait(60), "The gRPC server does not end"
