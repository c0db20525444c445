"""Clients that take what others need: connections, places, memory, time."""

import threading
import time
import zlib

import pytest
import requests
from serving.raw_requests import (
    GOOD,
    HALF_HEADERS,
    PATH,
    chunk,
    connect,
    head,
    held_connections,
    read_answer,
)
from serving.servers import running

from stgan_tf.serving.predictions import Limits
from stgan_tf.serving.saved_model import LoadedModel

HALF_BODY = head(len(GOOD)) + GOOD[: len(GOOD) // 2]
MIB = 2**20


def honest(server):
    return requests.post(server.url + PATH, GOOD, timeout=30)


def is_ended(connection):
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("sent", [b"", HALF_HEADERS, HALF_BODY], ids=["none", "headers", "body"])
def test_300_connections_that_never_finish_keep_nobody_out(toy_dir, sent):
    with running(toy_dir) as server, held_connections(server, 300, sent):
        assert [honest(server).status_code for _ in range(20)] == [200] * 20


@pytest.mark.parametrize("sent", [b"", HALF_HEADERS, HALF_BODY], ids=["none", "headers", "body"])
@pytest.mark.parametrize("limit", ["max_connections", "max_connections_per_address"])
def test_whoever_waits_longest_makes_room(toy_dir, limit, sent):
    with (
        running(toy_dir, Limits(**{limit: 5})) as server,
        held_connections(server, 5, sent) as held,
    ):
        assert honest(server).status_code == 200
        assert is_ended(held[0])
        page = requests.get(f"{server.url}/monitoring/prometheus/metrics", timeout=30).text
    assert 'stgan_connections_ended_total{reason="made room"} 1.0' in page
    assert "stgan_connections 5.0" in page  # four of those held, and the one that asks


def test_without_limits_all_connections_stay(toy_dir):
    limits = Limits(max_connections=0, max_connections_per_address=0)
    with running(toy_dir, limits) as server, held_connections(server, 300, HALF_BODY) as held:
        assert honest(server).status_code == 200
        held[0].sendall(GOOD[len(GOOD) // 2 :])
        assert read_answer(held[0])[0] == 200


@pytest.fixture
def slow_model():
    """A model that computes only once `go` is set; one call, of the first request, has begun."""

    class Slow(LoadedModel):
        go, begun = threading.Event(), threading.Event()
        blocks = False

        def run(self, signature, inputs):
            if self.blocks:
                self.begun.set()
                assert self.go.wait(60)
            return super().run(signature, inputs)

    yield Slow
    Slow.go.set()


def test_a_connection_that_is_worked_for_is_never_ended(toy_dir, slow_model):
    limits = Limits(max_connections_per_address=1)
    with running(toy_dir, limits, slow_model) as server, connect(server) as first:
        slow_model.blocks = True
        first.sendall(head(len(GOOD)) + GOOD)
        assert slow_model.begun.wait(30)
        for _ in range(3):
            with connect(server) as other:
                other.sendall(head(100_000) + b"x" * 100_000)
                status, headers, body = read_answer(other)
                assert (status, headers["retry-after"]) == (503, "1")
                assert b"too many connections" in body
        slow_model.go.set()
        assert read_answer(first)[0] == 200


def test_slow_headers_end(toy_dir):
    with running(toy_dir, Limits(read_seconds=0.3)) as server:
        with connect(server) as slow:
            slow.sendall(HALF_HEADERS)
            assert read_answer(slow)[0] == 408
            assert slow.recv(1) == b""
        with connect(server) as silent:
            assert silent.recv(1) == b""
        with connect(server) as second:  # not only the first request's
            second.sendall(head(len(GOOD)) + GOOD)
            assert read_answer(second)[0] == 200
            second.sendall(HALF_HEADERS)
            assert read_answer(second)[0] == 408


@pytest.mark.parametrize("start", [HALF_HEADERS, head(1000), head(10**9, "/v1/models/x:predict")])
def test_a_byte_now_and_then_does_not_help(toy_dir, start):
    """For headers, a body, and the body of a request that was refused long ago."""
    with running(toy_dir, Limits(read_seconds=0.5)) as server, connect(server) as slow:
        slow.sendall(start)
        ended, deadline = False, time.monotonic() + 20
        while not ended:
            assert time.monotonic() < deadline
            time.sleep(0.05)
            try:
                slow.sendall(b"x")
            except OSError:
                ended = True


def test_an_idle_connection_stays(toy_dir):
    with running(toy_dir, Limits(read_seconds=0.3)) as server, connect(server) as patient:
        for _ in range(3):
            patient.sendall(head(len(GOOD)) + GOOD)
            assert read_answer(patient)[0] == 200
            time.sleep(0.5)


@pytest.mark.parametrize("more", ["", "Expect: 100-continue\r\n"], ids=["", "expect"])
@pytest.mark.parametrize("mebibytes", [2, 40])
@pytest.mark.parametrize("announced", [True, False], ids=["length", "chunks"])
def test_a_body_over_the_limit_is_answered_after_all_was_sent(toy_dir, announced, mebibytes, more):
    """Whoever reads only then finds the answer, not a reset."""
    piece = b"x" * MIB
    with running(toy_dir, Limits(max_request_bytes=MIB)) as server:
        for _ in range(5):
            with connect(server) as raw:
                if announced:
                    raw.sendall(head(mebibytes * MIB, more=more))
                else:
                    raw.sendall(head(more=f"Transfer-Encoding: chunked\r\n{more}"))
                    piece = chunk(b"x" * MIB)
                for _ in range(mebibytes):
                    raw.sendall(piece)
                status, headers, body = read_answer(raw)
                if status == 100:  # chunks: how many come is not known before
                    status, headers, body = read_answer(raw)
                assert (status, headers["connection"]) == (413, "close")
                assert b"at most 1048576 bytes" in body
                assert raw.recv(1) == b""
        assert honest(server).status_code == 200


def test_a_client_that_waits_for_100_is_told_at_once(server):
    more = "Expect: 100-continue\r\n"
    for start, expected in (
        (head(10**12, more=more), 413),
        (head(10, "/v1/models/other:predict", more), 404),
        (head(10, "/v1/models/stgan", more), 400),
    ):
        with connect(server) as raw:
            raw.sendall(start)
            status, headers, _ = read_answer(raw)
            assert (status, headers["connection"]) == (expected, "close")
            assert raw.recv(1) == b""
    with connect(server) as raw:
        raw.sendall(head(len(GOOD), more=more))
        assert read_answer(raw)[0] == 100
        raw.sendall(GOOD)
        assert read_answer(raw)[0] == 200


def test_the_next_request_of_a_connection_follows_a_refused_one(server):
    with connect(server) as raw:
        for _ in range(2):
            raw.sendall(head(MIB, "/v1/models/other:predict") + b"x" * MIB)
            assert read_answer(raw)[0] == 404
            raw.sendall(head(len(GOOD)) + GOOD)
            assert read_answer(raw)[0] == 200


def test_bodies_share_their_memory(toy_dir):
    """Eight halves of it are held by clients that stop: those make room, an eighth at a time."""
    limits = Limits(max_request_bytes=MIB, max_held_bytes=4 * MIB)
    with (
        running(toy_dir, limits) as server,
        held_connections(server, 8, head(MIB) + b"x" * (MIB // 2 - 100)),
    ):
        body = b" " * (MIB - len(GOOD)) + GOOD
        deadline = time.monotonic() + 20
        while (answer := requests.post(server.url + PATH, body, timeout=30)).status_code == 503:
            assert "request bodies take up the limit of 4194304 bytes" in answer.json()["error"]
            assert answer.headers["Retry-After"] == "1"
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert answer.status_code == 200
        assert requests.post(server.url + PATH, body, timeout=30).status_code == 200


@pytest.mark.parametrize(
    ("start", "body", "expected"),
    [
        (head(len(GOOD) + 10), GOOD, [408]),  # less than was announced
        (head(len(GOOD)), GOOD + b"more\r\n\r\n", [200, 400]),
        (head(len(GOOD)), GOOD + b"x" * MIB, [200, 400]),
        (head(len(GOOD) - 1), GOOD, [400]),
        (head(0), GOOD, [400]),
        (head(), GOOD, [400]),
        (head(-1), GOOD, [400]),
        (head("1e3"), GOOD, [400]),
        (head("9" * 5000), GOOD, [400]),
        (head("9" * 18), GOOD, [413]),
        (head(5, more="Content-Length: 6\r\n"), GOOD, [400]),
        (head(more="Transfer-Encoding: chunked\r\n"), b"-5\r\n" + GOOD, [400]),
        (head(more="Transfer-Encoding: chunked\r\n"), b"f" * 40 + b"\r\n" + GOOD, [400]),
        (head(more="Transfer-Encoding: gzip\r\n"), GOOD, [400]),
        (head(len(GOOD), more=f"X: {'x' * 200_000}\r\n"), GOOD, [400]),
        (b"\0" * 200_000, b"", [400]),
    ],
)
def test_lying_lengths(toy_dir, start, body, expected):
    """Each gets its answer, even with more on the way than is read."""
    with running(toy_dir, Limits(read_seconds=2.0)) as server, connect(server) as raw:
        raw.sendall(start + body)
        for status in expected:
            assert read_answer(raw)[0] == status
        assert honest(server).status_code == 200


def test_nonsense_after_an_answer_only_ends_the_connection(server, caplog):
    """A body that goes on for a request that was refused already, and goes wrong."""
    with connect(server) as raw:
        raw.sendall(head(path="/v1/models/x:predict", more="Transfer-Encoding: chunked\r\n"))
        assert read_answer(raw)[0] == 404
        raw.sendall(b"no chunk\r\n" * 3)
        assert is_ended(raw)
    assert honest(server).status_code == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


ROW = '{"images": %s, "attribute_difference": [0, 0, 0, %s]}'
IMAGE = str([[[0.0] * 3] * 16] * 16)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ROW % (IMAGE, "NaN"), "must contain only finite float32 numbers"),
        (ROW % (IMAGE, "-Infinity"), "must contain only finite float32 numbers"),
        (ROW % (IMAGE, "1e400"), "must contain only finite float32 numbers"),
        (ROW % (IMAGE, "1e39"), "must contain only finite float32 numbers"),
        (ROW % (IMAGE, "9" * 4000), "a number is too large for float"),
        (ROW % (IMAGE, "9" * 200_000), "JSON Parse error"),
        (ROW % ("[" * 200_000, "0"), "JSON Parse error"),
        (ROW % ("[" * 200_000 + "]" * 200_000, "0"), "nested too deeply"),
        (ROW % ('{"a":' * 200_000 + "0" + "}" * 200_000, "0"), "nested too deeply"),
        (ROW % ("[" * 900 + "]" * 900, "0"), "must be of shape [-1, 16, 16, 3]"),
        ("[" + "0," * 2_000_000 + "0]", "instances is a plain list"),
    ],
)
def test_json_meant_to_break_a_parser(server, text, message):
    body = f'{{"signature_name": "edit", "instances": [{text}]}}'
    answer = requests.post(server.url + PATH, body, timeout=60)
    assert answer.status_code == 400
    assert message in answer.json()["error"] and len(answer.json()["error"]) < 600


def test_a_packed_body_is_not_unpacked(server):
    """64 MiB of zeros in 64 KiB: bodies are read as they are."""
    packer = zlib.compressobj(9, wbits=31)
    body = b"".join(packer.compress(bytes(16 * MIB)) for _ in range(4)) + packer.flush()
    headers = {"Content-Encoding": "gzip"}
    answer = requests.post(server.url + PATH, body, headers=headers, timeout=60)
    assert answer.status_code == 400 and "JSON Parse error" in answer.json()["error"]


def test_the_server_stops_whoever_still_sends(toy_dir):
    """Connections that are being closed do not hold up its end."""
    with running(toy_dir, Limits(max_request_bytes=10, read_seconds=25.0)) as server:
        raw = connect(server)
        raw.sendall(head(MIB) + b"x" * 100_000)
        assert read_answer(raw)[0] == 413
        started = time.monotonic()
    assert time.monotonic() - started < 15
    with raw, pytest.raises(OSError):
        for _ in range(1000):
            raw.sendall(b"x" * 1000)
            time.sleep(0.001)
