"""Retry settings of the clients; urllib3 and gRPC do the retrying."""

import dataclasses


class ServingError(RuntimeError):
    """A server rejected a request, failed or did not respond. `code`: the HTTP status or gRPC code,
    if any.
    """

    def __init__(self, message: str, code: int | str | None = None):
        super().__init__(message)
        self.code = code


@dataclasses.dataclass(frozen=True)
class Retries:
    """How often to retry and how long to wait. Raises ValueError for fewer than one attempt.

    Attributes:
        attempts: Maximum number of attempts, including the first.
        first_wait_seconds: Base of the waits, which double with each attempt and are randomised, so
            that clients rejected together do not retry together.
        longest_wait_seconds: Maximum wait, whatever the server asks for.
    """

    attempts: int = 4
    first_wait_seconds: float = 0.2
    longest_wait_seconds: float = 5.0

    def __post_init__(self):
        if self.attempts < 1:
            raise ValueError(f"`attempts` must be at least 1. Received: {self.attempts}.")
