"""What the gRPC client does with each status, from a server that answers as told."""

import concurrent.futures

import grpc
import pytest

from stgan_tf.serving import messages
from stgan_tf.serving.grpc_client import GrpcClient
from stgan_tf.serving.retrying import Retries, ServingError

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
FAST = {"first_wait_seconds": 0.001, "longest_wait_seconds": 0.01}


class Server:
    """.statuses: refusals in turn, the last one for ever if `forever`, then a good answer."""

    def __init__(self):
        self.statuses, self.forever, self.sizes = [], False, []
        handlers = {
            "GetModelStatus": self._handler(messages.GetModelStatusRequest, self._status),
            "Predict": self._handler(messages.PredictRequest, self._predict),
        }
        self._server = grpc.server(
            concurrent.futures.ThreadPoolExecutor(2),
            options=[("grpc.max_receive_message_length", 64 * 2**20)],
        )
        for name in ("ModelService", "PredictionService"):
            service = grpc.method_handlers_generic_handler(f"tensorflow.serving.{name}", handlers)
            self._server.add_generic_rpc_handlers((service,))
        self.target = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def stop(self):
        self._server.stop(None).wait()

    def _handler(self, request_class, answer):
        return grpc.unary_unary_rpc_method_handler(
            answer,
            request_deserializer=request_class.FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )

    def _refuse_or_not(self, request, context):
        self.sizes.append(request.ByteSize())
        if self.statuses:
            status = self.statuses[0] if self.forever else self.statuses.pop(0)
            context.abort(status, f"refusal {len(self.sizes)}")

    def _status(self, request, context):
        self._refuse_or_not(request, context)
        response = messages.GetModelStatusResponse()
        response.model_version_status.add(version=3, state=30)
        return response

    def _predict(self, request, context):
        self._refuse_or_not(request, context)
        return messages.PredictResponse()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def client(server):
    opened = []

    def make(attempts=3, **options):
        retries = Retries(attempts, **{**FAST, **options.pop("waits", {})})
        opened.append(GrpcClient(server.target, "stgan", retries=retries, **options))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def test_what_may_pass_is_tried_again(server, client):
    server.statuses = [UNAVAILABLE, UNAVAILABLE]
    assert client().status()[0].version == 3
    assert len(server.sizes) == 3


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_attempts_are_bounded_and_the_last_answer_is_told(server, client, attempts):
    server.statuses, server.forever = [UNAVAILABLE], True
    with pytest.raises(ServingError, match=f"UNAVAILABLE: refusal {attempts}$") as caught:
        client(attempts).status()
    assert caught.value.code == "UNAVAILABLE" and len(server.sizes) == attempts


@pytest.mark.parametrize("code", ["INVALID_ARGUMENT", "RESOURCE_EXHAUSTED", "INTERNAL"])
def test_what_will_not_pass_is_not(server, client, code):
    server.statuses = [grpc.StatusCode[code]]
    with pytest.raises(ServingError, match=f"answered {code}: refusal 1"):
        client().status()
    assert len(server.sizes) == 1


def test_large_requests_are_tried_again_too(server, client):
    """gRPC by itself keeps no more than 256 KiB of a call to send it once more."""
    server.statuses = [UNAVAILABLE]
    client().predict({"image_bytes": [bytes(4 * 2**20)]})
    assert len(server.sizes) == 2 and min(server.sizes) > 4 * 2**20


def test_the_timeout_ends_the_attempts(server, client):
    server.statuses, server.forever = [UNAVAILABLE], True
    waits = {"first_wait_seconds": 60.0, "longest_wait_seconds": 60.0}
    with pytest.raises(ServingError, match="DEADLINE_EXCEEDED|UNAVAILABLE: refusal 1"):
        client(waits=waits, timeout_seconds=0.3).status()
    assert len(server.sizes) == 1


def test_more_attempts_than_grpc_makes_are_refused(client):
    with pytest.raises(ValueError, match="at most 5 attempts. Received: 6"):
        client(6)
