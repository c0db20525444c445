"""Feeds inputs made from seeds to a border of the package, and tells which break it.

An input passes if it is handled, or refused as the border refuses. It breaks the border with any
other exception, or by taking longer than a few seconds. Input NUMBER of SEED is always the same, so
a failure is named by two numbers.
"""

import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

CORPUS = Path(__file__).parent / "corpus"
SECONDS = 10.0


class Border(Protocol):
    """What is fuzzed.

    Attributes:
        refusals: Exceptions with which it refuses.
    """

    refusals: tuple[type[BaseException], ...]

    def make(self, chance: random.Random) -> bytes:
        """An input."""

    def feed(self, data: bytes) -> None:
        """Has the border work on it."""


class Failure(NamedTuple):
    """An input that broke a border: its name, itself, and how."""

    name: str
    data: bytes
    reason: str


def made(border: Border, seed: int, numbers: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    """(name, input) of these numbers."""
    for number in numbers:
        yield f"{seed}_{number}", border.make(random.Random(f"{seed}:{number}"))


def corpus(kind: str) -> list[tuple[str, bytes]]:
    """(name, input) of those that once broke a border."""
    return [(path.name, path.read_bytes()) for path in sorted((CORPUS / kind).glob("*"))]


def failures(
    border: Border, inputs: Iterable[tuple[str, bytes]], seconds: float = SECONDS
) -> Iterator[Failure]:
    """Those of `inputs` that break the border."""
    for name, data in inputs:
        started = time.monotonic()
        try:
            border.feed(data)
        except border.refusals:
            pass
        except Exception:  # whatever it is, it is what is looked for
            yield Failure(name, data, traceback.format_exc())
            continue
        took = time.monotonic() - started
        if took > seconds:
            yield Failure(name, data, f"It took {took:.1f} s.")


class Watchdog:
    """Ends the process, after a call, where an input hangs."""

    def __init__(self, seconds: float, told: Callable[[str, bytes], None]):
        self._seconds = seconds
        self._told = told
        self._now: tuple[float, str, bytes] | None = None
        threading.Thread(target=self._watch, daemon=True).start()

    def watched(self, inputs: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        for name, data in inputs:
            self._now = (time.monotonic(), name, data)
            yield name, data
        self._now = None

    def _watch(self) -> None:
        while True:
            time.sleep(1.0)
            now = self._now
            if now is not None and time.monotonic() - now[0] > self._seconds:
                self._told(*now[1:])
                for frame in sys._current_frames().values():
                    traceback.print_stack(frame)
                sys.stderr.flush()
                # The thread that hangs cannot be ended otherwise.
                os._exit(2)
