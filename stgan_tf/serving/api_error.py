"""ApiError: what a request is refused with."""

from collections.abc import Mapping

#: HTTP status of TensorFlow's error codes, as TF Serving answers them (its http_server.cc).
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
    """An answer other than 200: its HTTP status, the text of `{"error": text}`, more headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None):
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


def invalid(message: str) -> ApiError:
    """The request itself is wrong: 400."""
    return ApiError(400, message)
