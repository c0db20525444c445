"""GrpcClient: TF Serving's gRPC API. No TensorFlow here."""

from collections.abc import Mapping

import grpc

from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving import messages
from stgan_tf.serving.retrying import Retries, ServingError, TryAgain
from stgan_tf.serving.tensors import TYPE_NAMES, Value, from_proto, to_proto
from stgan_tf.serving.transport import Signature, TensorSpec, VersionStatus

#: gRPC's own limit of 4 MiB is a batch of 20 photos or so.
_LARGEST_MESSAGE = 64 * 2**20
_PREDICTION = "/tensorflow.serving.PredictionService"
_MODEL = "/tensorflow.serving.ModelService"


class GrpcClient:
    """Calls one model of a server.

    Args:
        target: HOST:PORT, TF Serving's gRPC port being 8500. The connection is not encrypted.
        model_name: The name it is served under.
        version: A version number; None: the newest.
        timeout_seconds: For each attempt of a call, connecting included.
        retries: For UNAVAILABLE; nothing else is tried again.
    """

    def __init__(
        self,
        target: str,
        model_name: str,
        version: int | None = None,
        timeout_seconds: float = 30.0,
        retries: Retries | None = None,
    ):
        if not target or "//" in target:
            raise ValueError(f"A gRPC target reads HOST:PORT. Received: {target!r}.")
        self._target = target
        self._name = model_name
        self._version = version
        self._timeout = timeout_seconds
        self._retries = retries or Retries()
        limits = ("grpc.max_receive_message_length", "grpc.max_send_message_length")
        self._channel = grpc.insecure_channel(
            target, options=[(limit, _LARGEST_MESSAGE) for limit in limits]
        )

    def predict(self, inputs: Mapping[str, Value], signature: str = "") -> dict[str, Value]:
        """See `stgan_tf.serving.transport.Transport`."""
        request = self._asked(messages.PredictRequest())
        request.model_spec.signature_name = signature
        for name, value in inputs.items():
            request.inputs[name].CopyFrom(to_proto(value))
        answer = self._call(f"{_PREDICTION}/Predict", request, messages.PredictResponse)
        try:
            return {name: from_proto(proto) for name, proto in answer.outputs.items()}
        except ValueError as error:
            raise ServingError(str(error)) from error

    def status(self) -> list[VersionStatus]:
        """See `Transport`."""
        request = self._asked(messages.GetModelStatusRequest())
        answer = self._call(f"{_MODEL}/GetModelStatus", request, messages.GetModelStatusResponse)
        found = [
            VersionStatus(
                row.version,
                messages.STATES.get(row.state, str(row.state)),
                _code_name(row.status.error_code),
                row.status.error_message,
            )
            for row in answer.model_version_status
        ]
        return sorted(found, key=lambda row: -row.version)

    def signatures(self) -> dict[str, Signature]:
        """See `Transport`."""
        request = self._asked(messages.GetModelMetadataRequest(metadata_field=["signature_def"]))
        answer = self._call(
            f"{_PREDICTION}/GetModelMetadata", request, messages.GetModelMetadataResponse
        )
        found = messages.SignatureDefMap.FromString(answer.metadata["signature_def"].value)
        return {
            name: Signature(_specs(entry.inputs), _specs(entry.outputs))
            for name, entry in found.signature_def.items()
        }

    def description(self) -> ModelDescription:
        """gRPC has no such call: always ServingError, which says what to give instead."""
        raise ServingError(
            "gRPC servers do not describe their model. Give the path of the model.json that was "
            "exported with it (in assets/ of its version folder)."
        )

    def close(self) -> None:
        self._channel.close()

    def _asked(self, request):
        request.model_spec.name = self._name
        if self._version is not None:
            request.model_spec.version.value = self._version
        return request

    def _call(self, method: str, request, response_class):
        call = self._channel.unary_unary(
            method,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response_class.FromString,
        )
        return self._retries(lambda: self._call_once(call, request))

    def _call_once(self, call, request):
        try:
            return call(request, timeout=self._timeout)
        except grpc.RpcError as error:
            code = error.code().name
            message = f"{self._target} answered {code}: {error.details()}"
            kind = TryAgain if error.code() is grpc.StatusCode.UNAVAILABLE else ServingError
            raise kind(message, code) from error


def _code_name(number: int) -> str:
    known = messages.ERROR_CODES
    return known[number] if number < len(known) else str(number)


def _specs(entries: Mapping) -> dict[str, TensorSpec]:
    return {
        name: TensorSpec(
            TYPE_NAMES.get(entry.dtype, str(entry.dtype)),
            tuple(dim.size for dim in entry.tensor_shape.dim),
        )
        for name, entry in entries.items()
    }
