"""`ApiError`: the error response to a request."""

from collections.abc import Mapping

#: TensorFlow's error codes -> HTTP status, as in TF Serving (http_server.cc).
HTTP_STATUS = {
    "CANCELLED": 499,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "UNAUTHENTICATED": 401,
}


class ApiError(Exception):
    """A response other than 200: its HTTP status, the text of `{"error": text}`, extra headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None):
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


def invalid(message: str) -> ApiError:
    """An invalid request: 400."""
    return ApiError(400, message)
