"""What the REST client does with each status code, from a server that answers as told."""

import http.server
import json
import threading

import pytest

from stgan_tf.serving.rest_client import RestClient
from stgan_tf.serving.retrying import Retries, ServingError

GOOD = {"model_version_status": [{"version": "3", "state": "AVAILABLE"}]}


@pytest.fixture
def server():
    """.answers: (status, body, headers) in turn, the last one for ever; .asked: paths."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self):  # noqa: N802
            self.server.asked.append(self.path)
            answers = self.server.answers
            status, body, headers = answers.pop(0) if len(answers) > 1 else answers[0]
            if status is None:
                self.close_connection = True
                return
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def client(server, attempts=3, **options):
    return RestClient(server.url, "a b", retries=Retries(attempts, 0.001, 0.01), **options)


@pytest.mark.parametrize("status", [502, 503, None])
def test_what_may_pass_is_tried_again(server, status):
    server.answers = [(status, b"busy", {"Retry-After": "1"}), (200, GOOD, {})]
    assert client(server).status()[0].version == 3
    assert server.asked == ["/v1/models/a%20b"] * 2


@pytest.mark.parametrize("status", [400, 404, 429, 500, 504])
def test_what_will_not_pass_is_not(server, status):
    server.answers = [(status, {"error": "own words"}, {})]
    with pytest.raises(ServingError, match=f"answered {status}: own words") as caught:
        client(server).status()
    assert caught.value.code == status and len(server.asked) == 1


@pytest.mark.parametrize("attempts", [1, 3, 6])
@pytest.mark.parametrize(
    ("answer", "message"),
    [((503, {"error": "busy"}, {}), "answered 503: busy"), ((None, b"", {}), "No connection to")],
)
def test_the_attempts_are_bounded(server, answer, message, attempts):
    server.answers = [answer]
    with pytest.raises(ServingError, match=message):
        client(server, attempts).status()
    assert len(server.asked) == attempts


def test_predictions_are_tried_again_too(server):
    server.answers = [(503, b"", {}), (None, b"", {}), (200, {"outputs": [[1.5]]}, {})]
    assert client(server).predict({"image_bytes": [b"x"]})[""] == 1.5
    assert server.asked == ["/v1/models/a%20b:predict"] * 3


@pytest.fixture
def waits(monkeypatch):
    waits = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", waits.append)
    return waits


def test_waits_grow_to_the_longest(server, waits):
    server.answers = [(503, b"", {})]
    retries = Retries(6, first_wait_seconds=1.0, longest_wait_seconds=6.0)
    with pytest.raises(ServingError):
        RestClient(server.url, "stgan", retries=retries).status()
    # None before the second attempt; what is above 2 and 4 is left to chance.
    assert 2 <= waits[0] <= 3 and 4 <= waits[1] <= 5 and waits[2:] == [6, 6]


def test_the_server_says_how_long_but_not_too_long(server, waits):
    server.answers = [(503, b"", {"Retry-After": "1"}), (502, b"", {"Retry-After": "900"})]
    server.answers.append((200, GOOD, {}))
    retries = Retries(3, longest_wait_seconds=2.0)
    RestClient(server.url, "stgan", retries=retries).status()
    assert waits == [1, 2]


def test_no_attempt_is_refused():
    with pytest.raises(ValueError, match="Received: 0"):
        Retries(0)


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"", {"error": "x"}])
def test_an_answer_that_is_none(server, body):
    server.answers = [(200, body, {})]
    with pytest.raises(ServingError, match="answered 200"):
        client(server).status()


@pytest.mark.parametrize("body", [{}, {"metadata": {"signature_def": {"signature_def": {"a": 1}}}}])
def test_metadata_that_is_none(server, body):
    server.answers = [(200, body, {})]
    with pytest.raises(ServingError, match="metadata is invalid"):
        client(server).signatures()


def test_a_description_that_is_none(server):
    server.answers = [(200, {"format": "other"}, {})]
    with pytest.raises(ServingError, match="description of its model"):
        client(server).description()


def test_a_server_that_never_answers(server):
    """It is asked once: more requests would only add to its work."""
    asked, blocked, connections = threading.Event(), threading.Event(), []

    def wait(handler):
        connections.append(handler.client_address)
        asked.set()
        blocked.wait(20)

    server.RequestHandlerClass.do_GET = wait
    try:
        with pytest.raises(ServingError, match="No response from .* within 0.2 s"):
            client(server, timeout_seconds=0.2).status()
        assert asked.wait(20)
        server.shutdown()  # what had come by then has been counted
        assert len(connections) == 1
    finally:
        blocked.set()
