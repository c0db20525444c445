"""Bodies: what is held counts, and those that stopped make room."""

import asyncio

import pytest
from starlette.requests import Request

from stgan_tf.serving import request_body
from stgan_tf.serving.api_error import ApiError
from stgan_tf.serving.request_body import BodyReader


def request(*pieces, wait=None, length=None):
    """One that sends `pieces`, then waits for an event, if there is one, before its end."""
    left = list(pieces)

    async def receive():
        if left:
            return {"type": "http.request", "body": left.pop(0), "more_body": True}
        if wait is not None:
            await wait.wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def read(reader, asked):
    async with reader.body(asked) as body:
        return bytes(body)


def refusal(reader, asked):
    with pytest.raises(ApiError) as caught:
        asyncio.run(read(reader, asked))
    return caught.value.status, str(caught.value)


def test_a_body_in_pieces():
    assert asyncio.run(read(BodyReader(6, 6, 5.0), request(b"abc", b"", b"def"))) == b"abcdef"


@pytest.mark.parametrize(
    "asked", [request(b"abcd", b"efg"), request(length=7), request(length="9" * 30)]
)
def test_too_large(asked):
    status, message = refusal(BodyReader(6, 100, 5.0), asked)
    assert (status, message) == (
        413,
        "The request is too large: its body may have at most 6 bytes.",
    )


def test_one_that_does_not_come():
    async def read_late():
        await read(BodyReader(6, 6, 0.05), request(b"a", wait=asyncio.Event()))

    with pytest.raises(ApiError, match="did not arrive within 0.05 s") as caught:
        asyncio.run(read_late())
    assert caught.value.status == 408


def test_what_has_been_read_is_held_until_it_is_let_go():
    async def scenario():
        reader = BodyReader(6, 10, 5.0)
        for _ in range(3):
            async with reader.body(request(b"123456")):
                with pytest.raises(ApiError, match="limit of 10 bytes") as caught:
                    await read(reader, request(b"12345"))
                assert caught.value.status == 503
                assert await read(reader, request(b"1234")) == b"1234"
        assert await read(reader, request(b"123456")) == b"123456"

    asyncio.run(scenario())


def test_the_one_that_has_stopped_longest_makes_room(monkeypatch):
    now = 0.0
    monkeypatch.setattr(request_body.time, "monotonic", lambda: now)

    async def scenario():
        nonlocal now
        reader, end = BodyReader(6, 10, 60.0), asyncio.Event()
        held = []
        for _ in range(2):  # at 0 and at 0.5 seconds
            held.append(asyncio.ensure_future(read(reader, request(b"12345", wait=end))))
            for _ in range(5):
                await asyncio.sleep(0)
            now += 0.5
        now = 0.9
        with pytest.raises(ApiError, match="Try again"):
            await read(reader, request(b"x"))
        now = 1.2
        assert await read(reader, request(b"1234")) == b"1234"
        with pytest.raises(ApiError, match="limit of 10 bytes") as caught:
            await held[0]
        assert caught.value.status == 503
        end.set()
        assert await held[1] == b"12345"

    asyncio.run(scenario())


def test_a_reader_that_could_not_hold_one_body():
    with pytest.raises(ValueError, match=r"at least `max_request_bytes` \(6\). Received: 5"):
        BodyReader(6, 5, 1.0)
