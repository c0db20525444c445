"""The embedded server over real HTTP: TF Serving's paths, answers, errors, and its own limits."""

import base64
import concurrent.futures
import json
import shutil
import socket
import threading
import time

import numpy as np
import pytest
import requests
from serving.servers import running
from serving.test_image_checks import png_header
from serving.toy_models import NAMES, image_file, pixels_of, write_toy_model

from stgan_tf.serving.api_error import ApiError
from stgan_tf.serving.predictions import Limits
from stgan_tf.serving.saved_model import LoadedModel

MODEL = "/v1/models/stgan"
ZERO = [0.0] * len(NAMES)
PNG_TEXT = base64.b64encode(image_file()).decode()
TWICE = base64.b64encode(PNG_TEXT.encode()).decode()
DATA_URL = f"data:image/png;base64,{PNG_TEXT}"


def b64(data):
    return {"b64": base64.b64encode(data).decode()}


def row(image=None, difference=None):
    image = image_file() if image is None else image
    return {"image_bytes": b64(image), "attribute_difference": difference or ZERO}


def get(server, path):
    return requests.get(server.url + path, timeout=30)


def post(server, data, path=f"{MODEL}:predict"):
    body = data if isinstance(data, bytes) else json.dumps(data)
    return requests.post(server.url + path, data=body, timeout=30)


def test_status_as_tf_serving_shows_it(server):
    expected = {
        "model_version_status": [
            {
                "version": "1",
                "state": "AVAILABLE",
                "status": {"error_code": "OK", "error_message": ""},
            }
        ]
    }
    for path in (MODEL, f"{MODEL}/versions/1", f"{MODEL}/labels/stable"):
        answer = get(server, path)
        assert answer.json() == expected
        assert answer.headers["Content-Type"] == "application/json"


def test_metadata_as_tf_serving_shows_it(server):
    answer = get(server, f"{MODEL}/metadata").json()
    assert answer["model_spec"] == {"name": "stgan", "signature_name": "", "version": "1"}
    found = answer["metadata"]["signature_def"]["signature_def"]["edit"]
    assert found["method_name"] == "tensorflow/serving/predict"
    assert found["inputs"]["attribute_difference"]["dtype"] == "DT_FLOAT"
    assert found["inputs"]["attribute_difference"]["tensor_shape"] == {
        "dim": [{"size": "-1", "name": ""}, {"size": "4", "name": ""}],
        "unknown_rank": False,
    }


def test_description(server, toy_dir):
    path = toy_dir / "1" / "assets" / "model.json"
    assert get(server, f"{MODEL}/description").json() == json.loads(path.read_text())


def test_rows_and_columns_give_the_same(server):
    photos = [image_file(value=value) for value in (10, 90, 200)]
    differences = np.eye(4)[:3].tolist()
    rows = post(
        server, {"instances": [row(*pair) for pair in zip(photos, differences, strict=True)]}
    )
    columns = post(
        server,
        {
            "inputs": {
                "image_bytes": [b64(photo) for photo in photos],
                "attribute_difference": differences,
            }
        },
    )
    assert rows.json()["predictions"] == columns.json()["outputs"]
    values = [pixels_of(base64.b64decode(p["b64"]))[0, 0, 0] for p in rows.json()["predictions"]]
    assert values == [16, 102, 225]  # + 127.5 * (0.05, 0.1, 0.2), cut off


@pytest.mark.parametrize("path", ["/versions/1", "/labels/stable"])
def test_predictions_of_a_version(server, path):
    answer = post(server, {"instances": [row()]}, f"{MODEL}{path}:predict")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/v1/models/other", 404, "Could not find any versions of model other"),
        ("GET", f"{MODEL}/versions/9", 404, "Could not find version 9 of model stgan"),
        ("GET", f"{MODEL}/labels/x", 400, "Unrecognized servable version label: x"),
        ("GET", "/v1/models/other/metadata", 404, "not found for request: Latest(other)"),
        ("GET", f"{MODEL}/versions/9/metadata", 404, "not found for request: Specific(stgan, 9)"),
        ("GET", f"{MODEL}/labels/canary/metadata", 404, "request: Specific(stgan, 7)"),
        ("GET", f"{MODEL}/versions/{'9' * 5000}", 400, "Failed to convert version: 999"),
        ("GET", f"{MODEL}/versions/x", 400, "Malformed request: GET /v1/models/stgan/versions/x"),
        ("GET", f"{MODEL}:predict", 400, "Malformed request: GET"),
        ("POST", MODEL, 400, "Malformed request: POST"),
        ("POST", "/v1/models/other:predict", 404, "not found for request: Latest(other)"),
        ("POST", f"{MODEL}/versions/9:predict", 404, "Specific(stgan, 9)"),
        ("POST", f"{MODEL}:classify", 400, "Malformed request: POST /v1/models/stgan:classify"),
        ("DELETE", MODEL, 405, "Method Not Allowed"),
        ("GET", "/", 404, "Not Found: GET /"),
        ("GET", "/docs", 404, "Not Found"),
        ("GET", "/openapi.json", 404, "Not Found"),
    ],
)
def test_wrong_paths(server, method, path, status, message):
    answer = requests.request(method, server.url + path, data=b"{}", timeout=30)
    assert answer.status_code == status
    assert message in answer.json()["error"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"not JSON", "JSON Parse error"),
        ({"signature_name": "x", "instances": [1]}, 'signature name: "x" not found in signature'),
        ({"signature_name": "__saved_model_init_op", "inputs": {}}, "not found in signature def"),
        (
            {"instances": [row(difference=[0, 0, 0])]},
            "of shape [-1, 4] (-1: any). Received: [1, 3]",
        ),
        (
            {"instances": [row(image_file(size=(17, 16)))]},
            "Image 0 must be 178x218 (CelebA's aligned frame) at any scale, or square",
        ),
        ({"instances": [{**row(), "image_bytes": {"b64": "@"}}]}, "Unable to base64 decode"),
        ({"instances": [{**row(), "image_bytes": PNG_TEXT}]}, 'Send base64 as {"b64": "..."}'),
        ({"instances": [{**row(), "image_bytes": {"b64": TWICE}}]}, "encoded once"),
        ({"instances": [{**row(), "image_bytes": {"b64": DATA_URL}}]}, "up to the comma"),
        ({"instances": [{**row(), "image_bytes": {"base64": "x"}}]}, 'must read {"b64": "..."}'),
        (
            {"instances": [row(), row(png_header(30_000, 30_000))]},
            "Image 1 cannot be read: it has too many pixels",
        ),
        ({"instances": [row(image_file()[:60])]}, "it is damaged, truncated"),
        ({"instances": [row()] * 65}, "may have at most 64 images. Received: 65"),
    ],
)
def test_wrong_requests(server, data, message):
    answer = post(server, data)
    assert answer.status_code == 400, answer.text
    assert message in answer.json()["error"]


def test_a_bad_image_does_not_spoil_others_computed_with_it(server):
    """Its header passes, its data does not: found only when the batch is computed."""
    bad, good = {"instances": [row(image_file()[:60])]}, {"instances": [row()]}
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda data: post(server, data), [good, bad] * 16))
    assert [answer.status_code for answer in answers] == [200, 400] * 16


def test_too_many_bytes(toy_dir):
    with running(toy_dir, Limits(max_request_bytes=2000)) as server:
        assert post(server, {"instances": [row()]}).status_code == 200
        for size in (2001, 500_000, 5_000_000):
            answer = post(server, b"x" * size)
            assert answer.status_code == 413
            assert (
                answer.json()["error"]
                == "The request is too large: its body may have at most 2000 bytes."
            )
        chunks = (b"x" * 500 for _ in range(20))  # without a Content-Length
        answer = requests.post(f"{server.url}{MODEL}:predict", data=chunks, timeout=30)
        assert answer.status_code == 413
        # Not even announced 10 GB are read to the end.
        with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":")[-1]))) as raw:
            raw.sendall(
                f"POST {MODEL}:predict HTTP/1.1\r\nHost: x\r\n"
                "Content-Length: 10000000000\r\n\r\n".encode()
            )
            raw.sendall(b"x" * 4_300_000)
            assert raw.makefile("rb").readline().startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_come(toy_dir):
    with running(toy_dir, Limits(read_seconds=0.2)) as server:
        port = int(server.url.rsplit(":")[-1])
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(f"POST {MODEL}:predict HTTP/1.1\r\nContent-Length: 9\r\n".encode())
            raw.sendall(b"Host: x\r\n\r\n{")
            assert raw.makefile("rb").readline().startswith(b"HTTP/1.1 408")
        assert post(server, {"instances": [row()]}).status_code == 200


class Blocking(LoadedModel):
    """The first one loaded computes only once `go` is set; `waiting` counts its calls."""

    blocks = False

    def __init__(self, folder):
        super().__init__(folder)
        self.blocks = not self.made
        type(self).made = True

    def run(self, signature, inputs):
        if self.blocks:
            self.waiting.release()
            assert self.go.wait(30)
        return super().run(signature, inputs)


@pytest.fixture
def blocking():
    Blocking.made, Blocking.go, Blocking.waiting = False, threading.Event(), threading.Semaphore(0)
    yield Blocking
    Blocking.go.set()


def test_a_full_server_says_so_and_recovers(toy_dir, blocking):
    limits = Limits(max_requests=3, workers=1)
    with (
        running(toy_dir, limits, blocking) as server,
        concurrent.futures.ThreadPoolExecutor(3) as pool,
    ):
        accepted = [pool.submit(post, server, {"instances": [row()]}) for _ in range(3)]
        gauge = "stgan_requests_in_flight 3.0"
        while gauge not in get(server, "/monitoring/prometheus/metrics").text:
            time.sleep(0.01)
        for _ in range(2):
            answer = post(server, {"instances": [row()] * 40})
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "1"
            assert "The server is busy: 3 requests" in answer.json()["error"]
        assert get(server, MODEL).status_code == 200
        blocking.go.set()
        assert [future.result().status_code for future in accepted] == [200] * 3
        assert post(server, {"instances": [row()]}).status_code == 200


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_versions_come_while_requests_go_on(tmp_path, blocking):
    """New, half-copied and broken ones; the old one answers those it has begun."""
    base = tmp_path / "model"
    write_toy_model(base / "1")
    write_toy_model(tmp_path / "2", offset=0.2)
    with (
        running(base, load=blocking, settings={"poll_seconds": 0.05}) as server,
        concurrent.futures.ThreadPoolExecutor(1) as pool,
    ):

        def value():
            found = post(server, {"instances": [row(image_file(value=100))]}).json()
            return pixels_of(base64.b64decode(found["predictions"][0]["b64"]))[0, 0, 0]

        def state(version):
            rows = get(server, MODEL).json()["model_version_status"]
            return next((r for r in rows if r["version"] == str(version)), {"state": None})

        old = pool.submit(value)
        assert blocking.waiting.acquire(timeout=30)
        # Half of it: the graph, but no variables and no description.
        (base / "2").mkdir()
        shutil.copy(tmp_path / "2" / "saved_model.pb", base / "2")
        wait_for(lambda: state(2)["state"] == "END")
        assert state(2)["status"]["error_code"] == "INVALID_ARGUMENT"
        assert "model.json" in state(2)["status"]["error_message"]
        assert state(1)["state"] == "AVAILABLE"
        shutil.copytree(tmp_path / "2", base / "2", dirs_exist_ok=True)
        wait_for(lambda: state(2)["state"] == "AVAILABLE")
        assert state(1)["state"] == "UNLOADING"  # its request still runs
        assert value() == 125
        blocking.go.set()
        assert old.result() == 100
        wait_for(lambda: state(1)["state"] == "END")
        (base / "3").mkdir()
        shutil.copytree(tmp_path / "2" / "assets", base / "3" / "assets")
        (base / "3" / "saved_model.pb").write_bytes(b"\x0a\xff damaged")
        wait_for(lambda: state(3)["state"] == "END")
        assert state(3)["status"]["error_message"]
        assert value() == 125
        page = get(server, "/monitoring/prometheus/metrics").text
        assert 'stgan_model_version_loaded{version="2"} 1.0' in page
        assert 'stgan_model_version_loaded{version="1"}' not in page


def test_metrics(toy_dir):
    with running(toy_dir) as server:
        post(server, {"instances": [row()] * 3})
        post(server, b"x")
        get(server, f"{MODEL}/metadata")
        page = get(server, "/monitoring/prometheus/metrics")
        assert page.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = page.text.splitlines()
    assert 'stgan_requests_total{call="predict",status="200"} 1.0' in lines
    assert 'stgan_requests_total{call="predict",status="400"} 1.0' in lines
    assert 'stgan_requests_total{call="metadata",status="200"} 1.0' in lines
    assert 'stgan_request_duration_seconds_count{call="predict"} 2.0' in lines
    assert "stgan_requests_in_flight 0.0" in lines
    assert 'stgan_batch_images_bucket{le="2.0"} 0.0' in lines
    assert 'stgan_batch_images_bucket{le="4.0"} 1.0' in lines
    assert 'stgan_model_version_loaded{version="1"} 1.0' in lines


def test_a_model_whose_computation_fails_is_not_loaded(tmp_path):
    write_toy_model(tmp_path / "1", broken=True)
    with pytest.raises(ApiError, match="it never works"):
        LoadedModel(tmp_path / "1")
