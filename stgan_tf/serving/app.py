"""What the servers' applications share: JSON responses, the log, and error responses. No TensorFlow
here.
"""

import json
import logging
import time
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stgan_tf.serving.api_error import ApiError
from stgan_tf.serving.metrics import Metrics


def new_app(metrics: Metrics) -> FastAPI:
    """An application without routes that logs and counts each request and gives errors as JSON."""
    app = FastAPI(title="stgan_tf", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_Logged, metrics=metrics)
    app.add_exception_handler(ApiError, _refuse)
    app.add_exception_handler(HTTPException, _refuse_path)
    app.add_exception_handler(Exception, _fail)
    return app


def answer(data: dict, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    # ASCII: error texts may contain lone surrogates, which UTF-8 cannot encode.
    text = json.dumps(data, indent=1) + "\n"
    return Response(text, status, headers=dict(headers or {}), media_type="application/json")


class _Logged:
    """Middleware that logs and counts each request."""

    def __init__(self, app: ASGIApp, metrics: Metrics):
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            seconds = time.perf_counter() - started
            default = "mobile" if scope["path"].startswith("/mobile/") else "other"
            self._metrics.answered(scope.get("call", default), status, seconds)
            path = scope["path"].encode("ascii", "backslashreplace").decode("ascii")
            path = "".join(c if c.isprintable() else "?" for c in path)
            logging.info("%s %s %d %.1f ms", scope["method"], path, status, seconds * 1000)


async def _refuse(request: Request, error: ApiError) -> Response:
    headers = dict(error.headers)
    if "Expect" in request.headers:
        # The client may or may not still send the body, so the next bytes are ambiguous: close.
        headers["Connection"] = "close"
    return answer({"error": str(error)}, error.status, headers)


async def _refuse_path(request: Request, error: HTTPException) -> Response:
    text = f"{error.detail}: {request.method} {request.url.path}"
    return answer({"error": text}, error.status_code, error.headers)


async def _fail(request: Request, error: Exception) -> Response:
    """The response to an unexpected error, which is in the server's log."""
    return answer({"error": "The server failed to process this request; see its log."}, 500)
