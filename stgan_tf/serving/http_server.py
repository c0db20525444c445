"""The HTTP server under the embedded server and the user study's. No TensorFlow here."""

import contextlib
import functools
import signal
from collections.abc import Iterator
from typing import Protocol

import uvicorn
from fastapi import FastAPI

from stgan_tf.serving.connection import LimitedConnection
from stgan_tf.serving.connection_limits import ConnectionLimits
from stgan_tf.serving.metrics import Metrics

#: Seconds for requests in progress to finish when a signal ends the server.
_GRACE_SECONDS = 30
_KEEP_ALIVE_SECONDS = 75


class HttpLimits(Protocol):
    """The limits of a server's connections; see `ConnectionLimits`."""

    max_connections: int
    max_connections_per_address: int
    read_seconds: float


def http_server(app: FastAPI, limits: HttpLimits, metrics: Metrics) -> uvicorn.Server:
    """A uvicorn server for `app` with limited connections."""
    connections = ConnectionLimits(
        limits.max_connections, limits.max_connections_per_address, limits.read_seconds, metrics
    )
    config = uvicorn.Config(
        app,
        http=functools.partial(LimitedConnection, connections),
        ws="none",
        access_log=False,
        log_config=None,
        log_level="warning",
        lifespan="off",
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)


@contextlib.contextmanager
def signals_end_quietly() -> Iterator[None]:
    """uvicorn shuts down on SIGTERM and SIGINT and then raises the signal again for the previous
    handler. Here that is ignored, so that the exit status is 0.
    """
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: None) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
