"""A sequence of commands run one after another, each printed first and timed."""

import contextlib
import dataclasses
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Stage:
    """One command: what it does, the arguments of `python -m`, where its output is, and whether an
    output that is there already is kept without running it (the others see to that themselves).
    """

    title: str
    arguments: list[str]
    output: Path
    keep_output: bool = False


def run_stages(stages: list[Stage]) -> str:
    """Runs the stages in order; returns a line of time and output for each.

    Raises RuntimeError at the first that fails, or if Ctrl-C stopped one (which had the signal too,
    and is given the time to save).
    """
    lines = []
    for stage in stages:
        start = time.monotonic()
        print(f"\n== {stage.title}\n$ python -m {shlex.join(stage.arguments)}", flush=True)
        if stage.keep_output and stage.output.is_file():
            print(f"Reusing {stage.output}.")
        else:
            code = _run([sys.executable, "-m", *stage.arguments])
            if code:
                raise RuntimeError(f"{stage.title!r} failed with exit status {code}.")
        lines.append(f"{stage.title:18}{time.monotonic() - start:7.0f} s   {stage.output}")
    return "\n".join(lines)


def _run(command: list[str]) -> int:
    process = subprocess.Popen(command)
    try:
        with passing_sigterm_on(process) as stopped:
            status = process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise RuntimeError("stopped; the same command goes on from here.") from None
    if stopped:
        raise RuntimeError("stopped; the same command goes on from here.")
    return status


@contextlib.contextmanager
def passing_sigterm_on(process: subprocess.Popen) -> Iterator[list[int]]:
    """While it is entered, SIGTERM goes to `process` instead of ending this one and leaving it
    behind. Gives a list that holds the signals that came.
    """
    came: list[int] = []

    def pass_on(number: int, _: object) -> None:
        came.append(number)
        process.send_signal(number)

    previous = signal.signal(signal.SIGTERM, pass_on)
    try:
        yield came
    finally:
        signal.signal(signal.SIGTERM, previous)
