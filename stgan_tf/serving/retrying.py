"""Trying again where that can help: when nobody answered or the server says it is busy."""

import dataclasses
import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")


class ServingError(RuntimeError):
    """A server refused, failed or did not answer. `code`: the HTTP status or gRPC code, if any."""

    def __init__(self, message: str, code: int | str | None = None):
        super().__init__(message)
        self.code = code


class TryAgain(ServingError):
    """A failure that may pass. `after_seconds`: what the server asked to wait, if it did."""

    def __init__(
        self, message: str, code: int | str | None = None, after_seconds: float | None = None
    ):
        super().__init__(message, code)
        self.after_seconds = after_seconds


@dataclasses.dataclass(frozen=True)
class Retries:
    """How often and how long to wait.

    Attributes:
        attempts: Calls at most, the first included.
        first_wait_seconds: Wait after the first failure; doubled after each further one.
        longest_wait_seconds: No wait is longer, whatever the server asks for.
    """

    attempts: int = 4
    first_wait_seconds: float = 0.2
    longest_wait_seconds: float = 5.0

    def __post_init__(self):
        if self.attempts < 1:
            raise ValueError(f"`attempts` must be at least 1. Received: {self.attempts}.")

    def __call__(self, call: Callable[[], _Result]) -> _Result:
        """The call's result; its TryAgain once the attempts are used up, other errors at once."""
        wait = self.first_wait_seconds
        for attempt in range(2, self.attempts + 1):
            try:
                return call()
            except TryAgain as error:
                # Half of it random, so that clients turned away together do not return together.
                pause = error.after_seconds or wait * random.uniform(0.5, 1.0)
                pause = min(pause, self.longest_wait_seconds)
                logging.warning("%s Attempt %d in %.1f s.", error, attempt, pause)
                time.sleep(pause)
                wait *= 2
        return call()
