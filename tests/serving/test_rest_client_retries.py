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


def test_the_attempts_are_bounded(server):
    server.answers = [(503, {"error": "busy"}, {})]
    with pytest.raises(ServingError, match="answered 503: busy"):
        client(server).status()
    assert len(server.asked) == 3


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"", {"error": "x"}])
def test_an_answer_that_is_none(server, body):
    server.answers = [(200, body, {})]
    with pytest.raises(ServingError, match="answered 200"):
        client(server).status()


@pytest.mark.parametrize("body", [{}, {"metadata": {"signature_def": {"signature_def": {"a": 1}}}}])
def test_metadata_that_is_none(server, body):
    server.answers = [(200, body, {})]
    with pytest.raises(ServingError, match="metadata is not as expected"):
        client(server).signatures()


def test_a_description_that_is_none(server):
    server.answers = [(200, {"format": "other"}, {})]
    with pytest.raises(ServingError, match="description of its model"):
        client(server).description()


def test_a_server_that_never_answers(server):
    blocked = threading.Event()
    server.RequestHandlerClass.do_GET = lambda handler: blocked.wait(20)
    try:
        with pytest.raises(ServingError, match="No answer from .* within 0.2 s"):
            client(server, timeout_seconds=0.2).status()
    finally:
        blocked.set()
