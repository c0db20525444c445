"""`GrpcClient`: a client for TF Serving's gRPC API. No TensorFlow here."""

import json
from collections.abc import Mapping

import grpc

from stgan_tf.runtime.model_description import ModelDescription
from stgan_tf.serving import messages
from stgan_tf.serving.retrying import Retries, ServingError
from stgan_tf.serving.tensors import TYPE_NAMES, Value, from_proto, to_proto
from stgan_tf.serving.transport import Signature, TensorSpec, VersionStatus

#: gRPC's default limit of 4 MiB is about 20 photos.
_LARGEST_MESSAGE = 64 * 2**20
#: gRPC's maximum number of attempts, whatever its configuration says.
_MOST_ATTEMPTS = 5
#: If a retry is due before gRPC has cleaned up the failed attempt, it is never made and the call
#: hangs until its timeout (grpcio 1.85: half of the calls with waits of 1 ms, none of 30 with 10
#: ms).
_SHORTEST_WAIT_SECONDS = 0.05
_PREDICTION = "/tensorflow.serving.PredictionService"
_MODEL = "/tensorflow.serving.ModelService"


class GrpcClient:
    """Calls one model on a server.

    Args:
        target: HOST:PORT; TF Serving's default gRPC port is 8500. The connection is not encrypted.
        model_name: The name under which it is served.
        version: A version number; None: the newest.
        timeout_seconds: For all attempts of a call together, including connecting.
        retries: For the status UNAVAILABLE, which includes refused connections; nothing else is
            retried. At most 5 attempts, with waits of at least 0.05 s.
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
            raise ValueError(f"A gRPC target must read HOST:PORT. Received: {target!r}.")
        self._target = target
        self._name = model_name
        self._version = version
        self._timeout = timeout_seconds
        self._channel = grpc.insecure_channel(target, _channel_options(retries or Retries()))

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
        """gRPC has no such call: always raises ServingError, which says what to pass instead."""
        raise ServingError(
            "gRPC servers do not describe their model. Pass the path of the model.json that was "
            "exported with it (in assets/ in its version folder)."
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
        try:
            return call(request, timeout=self._timeout)
        except grpc.RpcError as error:
            code = error.code().name
            raise ServingError(
                f"{self._target} answered {code}: {error.details()}", code
            ) from error


def _channel_options(retries: Retries) -> list[tuple[str, int | str]]:
    if retries.attempts > _MOST_ATTEMPTS:
        raise ValueError(
            f"gRPC makes at most {_MOST_ATTEMPTS} attempts. Received: {retries.attempts}."
        )
    limits = (
        "grpc.max_receive_message_length",
        "grpc.max_send_message_length",
        # Buffer for resending a call; the default is 256 KiB.
        "grpc.per_rpc_retry_buffer_size",
    )
    options: list[tuple[str, int | str]] = [(limit, _LARGEST_MESSAGE) for limit in limits]
    if retries.attempts == 1:
        return [*options, ("grpc.enable_retries", 0)]
    first, longest = (
        max(wait, _SHORTEST_WAIT_SECONDS)
        for wait in (retries.first_wait_seconds, retries.longest_wait_seconds)
    )
    policy = {
        "maxAttempts": retries.attempts,
        "initialBackoff": f"{first}s",
        "maxBackoff": f"{longest}s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    service = {"methodConfig": [{"name": [{}], "retryPolicy": policy}]}
    return [*options, ("grpc.service_config", json.dumps(service))]


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
