"""Reads request bodies within limits on size, time and memory."""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from stgan_tf.serving.api_error import ApiError, invalid

#: A body that grew within this many seconds is not dropped to make room for another.
_STALLED_SECONDS = 1.0
_CLOSE = {"Connection": "close"}


@dataclasses.dataclass(eq=False)
class _Body:
    data: bytearray = dataclasses.field(default_factory=bytearray)
    grown_at: float = dataclasses.field(default_factory=time.monotonic)
    reading: asyncio.Future | None = None
    given_up: bool = False


class BodyReader:
    """Reads request bodies; those in memory together may take up to `max_held_bytes`.

    When that is used up, the body that has waited longest for its client is dropped, unless it grew
    within the last second: then the one that needs room is rejected. So clients that stop halfway
    cannot keep others out.

    Args:
        max_bytes: Maximum size of one body.
        max_held_bytes: Maximum total size of all bodies being read or not yet released.
        seconds: Timeout for a body to arrive.
    """

    def __init__(self, max_bytes: int, max_held_bytes: int, seconds: float):
        if max_held_bytes < max_bytes:
            raise ValueError(
                f"`max_held_bytes` must be at least `max_request_bytes` ({max_bytes}). Received: "
                f"{max_held_bytes}."
            )
        self._max_bytes = max_bytes
        self._max_held_bytes = max_held_bytes
        self._seconds = seconds
        self._held_bytes = 0
        self._bodies: set[_Body] = set()

    @contextlib.asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytearray]:
        """A context manager that reads the request's body; its memory counts as held until it
        exits.

        Raises ApiError: 413 if the body is too large, 408 if it does not arrive in time, 503 if
        there is no room for it, 400 if the client disconnected.
        """
        self._require_size(request)
        body = _Body()
        self._bodies.add(body)
        try:
            body.reading = asyncio.ensure_future(self._read(request, body))
            await self._finished(body)
            yield body.data
        finally:
            self._let_go(body)

    async def _finished(self, body: _Body) -> None:
        try:
            await asyncio.wait_for(body.reading, self._seconds)
        except asyncio.CancelledError:
            if body.given_up:
                raise self._no_room() from None
            raise
        except asyncio.TimeoutError as error:  # noqa: UP041 (a different class before Python 3.11)
            raise ApiError(
                408, f"The request's body did not arrive within {self._seconds:g} s.", _CLOSE
            ) from error
        except ClientDisconnect as error:
            raise invalid("The client disconnected before its request was complete.") from error
        finally:
            body.reading = None

    async def _read(self, request: Request, body: _Body) -> None:
        async for chunk in request.stream():
            if len(body.data) + len(chunk) > self._max_bytes:
                raise self._too_large()
            self._make_room(len(chunk), body)
            body.data += chunk
            self._held_bytes += len(chunk)
            body.grown_at = time.monotonic()

    def _make_room(self, size: int, body: _Body) -> None:
        while self._held_bytes + size > self._max_held_bytes:
            waiting = [other for other in self._bodies if other.reading and other is not body]
            slowest = min(waiting, key=lambda other: other.grown_at, default=None)
            if slowest is None or time.monotonic() - slowest.grown_at < _STALLED_SECONDS:
                raise self._no_room()
            slowest.given_up = True
            slowest.reading.cancel()
            self._let_go(slowest)

    def _let_go(self, body: _Body) -> None:
        if body in self._bodies:
            self._bodies.remove(body)
            self._held_bytes -= len(body.data)
            body.data = bytearray()

    def _require_size(self, request: Request) -> None:
        """Rejects a body by its Content-Length before reading anything."""
        announced = request.headers.get("Content-Length", "")
        if announced.isdigit() and (len(announced) > 18 or int(announced) > self._max_bytes):
            raise self._too_large()

    def _too_large(self) -> ApiError:
        message = f"The request is too large: its body may have at most {self._max_bytes} bytes."
        return ApiError(413, message, _CLOSE)

    def _no_room(self) -> ApiError:
        message = (
            f"The server is busy: request bodies take up the limit of {self._max_held_bytes} "
            "bytes. "
            "Try again."
        )
        return ApiError(503, message, {"Retry-After": "1", **_CLOSE})
