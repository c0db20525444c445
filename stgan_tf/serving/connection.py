"""uvicorn's HTTP connection with timeouts, limits, and a graceful close that lets clients read the
response.

uvicorn waits for a request's headers forever, and closes a connection while its client is still
sending: the client's system then discards the response and reports a connection reset.
"""

import asyncio
import json
import time

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from stgan_tf.serving.connection_limits import ConnectionLimits

#: Number of rejected connections that get a response at a time; others are just closed.
_REFUSED_AT_A_TIME = 64
_REFUSED_SECONDS = 2.0
#: States of h11 in which nothing more of a request is expected.
_NOTHING_TO_COME = (h11.IDLE, h11.DONE, h11.MUST_CLOSE, h11.CLOSED)
_SLOW = "The request's headers did not arrive in time."
_FULL = "The server is busy: it has too many connections. Try again."


class LimitedConnection(H11Protocol):
    """One connection; see `ConnectionLimits` for the limits."""

    def __init__(self, limits: ConnectionLimits, **uvicorn_settings):
        super().__init__(**uvicorn_settings)
        self._limits = limits
        self._deadline: asyncio.TimerHandle | None = None
        self._waiting_since = time.monotonic()
        self._lingers = self._refused = False

    @property
    def waiting_since(self) -> float | None:
        """See `stgan_tf.serving.connection_limits.Connection`."""
        return self._waiting_since if self._lingers or not self._has_request() else None

    def abort(self) -> None:
        """See `stgan_tf.serving.connection_limits.Connection`."""
        self._socket.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._socket = transport
        peer = transport.get_extra_info("peername")
        host = peer[0] if isinstance(peer, tuple) else None
        if self._limits.add(self, host):
            super().connection_made(_ClosesGently(transport, self.close_gently))
            self._end_after(self._limits.read_seconds, self._headers_are_late)
            return
        if self._limits.refused_now >= _REFUSED_AT_A_TIME:
            transport.abort()
            return
        self._limits.refused_now += 1
        self._refused = True
        transport.write(_answer(503, "Service Unavailable", _FULL, "Retry-After: 1\r\n"))
        self._linger(_REFUSED_SECONDS)

    def data_received(self, data: bytes) -> None:
        if self._lingers:
            return
        if self._deadline is None and not self._works():
            self._waiting_since = time.monotonic()
        super().data_received(data)
        if self._lingers or self._socket.is_closing():
            return
        if self._works():
            self._forget_deadline()  # The application has its own for the body.
            return
        # Part of the headers, or of the body of a request that has already been answered.
        between = self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
        if self._deadline is None or between:
            self._end_after(self._limits.read_seconds, self._headers_are_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        self._limits.remove(self)
        if self._refused:
            self._limits.refused_now -= 1
        if self._lingers:
            self.connections.discard(self)
        elif self.transport is not None:
            super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Sends uvicorn's response to bytes that are not HTTP, unless a response is already under
        way.
        """
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.close()

    def shutdown(self) -> None:
        if self._lingers:
            self._socket.abort()
        else:
            super().shutdown()

    def close_gently(self) -> None:
        """Closes the connection; if the client may still be sending, only after it has had time to
        read the response. What it sends is discarded.
        """
        if self._lingers or self._socket.is_closing():
            return
        if self.conn.their_state in _NOTHING_TO_COME:
            self._socket.close()
            return
        super().connection_lost(ConnectionAbortedError())  # as far as uvicorn is concerned
        self._linger(self._limits.read_seconds)

    def _linger(self, seconds: float) -> None:
        self._lingers = True
        self._waiting_since = time.monotonic()
        self.connections.add(self)  # uvicorn's; it calls `shutdown` on these
        self._socket.resume_reading()
        if self._socket.can_write_eof():
            self._socket.write_eof()
        self._end_after(seconds, self._socket.abort)

    def _works(self) -> bool:
        """Whether a request's headers have arrived and its response is not complete."""
        return self.cycle is not None and not self.cycle.response_complete

    def _has_request(self) -> bool:
        return self._works() and not self.cycle.more_body

    def _headers_are_late(self) -> None:
        self._deadline = None
        if self._works() or self._socket.is_closing():
            return
        self._limits.ended("too slow")
        begun = bool(self.conn.trailing_data[0])
        if begun and self.conn.our_state is h11.IDLE:
            self._socket.write(_answer(408, "Request Timeout", _SLOW))
        self._socket.close()

    def _end_after(self, seconds: float, end) -> None:
        self._forget_deadline()
        self._deadline = self.loop.call_later(seconds, end)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _ClosesGently:
    """A transport with a different close function."""

    def __init__(self, transport: asyncio.Transport, close):
        self._transport = transport
        self._close = close
        self._closing = False

    def __getattr__(self, name: str):
        return getattr(self._transport, name)

    def close(self) -> None:
        self._closing = True
        self._close()

    def is_closing(self) -> bool:
        return self._closing or self._transport.is_closing()


def _answer(status: int, reason: str, error: str, headers: str = "") -> bytes:
    body = json.dumps({"error": error}) + "\n"
    return (
        f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n{body}"
    ).encode("ascii")
