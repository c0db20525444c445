"""Runs a sequence of commands one after another, printing and timing each."""

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
    """One command: its title, the arguments of `python -m`, its output path, and whether an
    existing output is kept without running it (other commands handle that themselves).
    """

    title: str
    arguments: list[str]
    output: Path
    keep_output: bool = False


def run_stages(stages: list[Stage]) -> str:
    """Runs the stages in order; returns a line with the time and output of each.

    Raises RuntimeError at the first failure, or if Ctrl-C stopped a stage (which got the signal
    too, and is given time to save).
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
    """Inside the context, SIGTERM is passed on to `process` instead of ending this process and
    leaving it orphaned. Yields a list of the signals received.
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
