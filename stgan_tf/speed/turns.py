"""Two installations of the package, measured in turns, so that other load on the machine affects
both alike. No TensorFlow here.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from stgan_tf.stages import passing_sigterm_on

_MODULE = "stgan_tf.benchmark"
#: What a figure's name ends with if smaller, or larger, is better.
_SMALLER = ("seconds", "peak_rss_mib")
_LARGER = ("images_per_second", "images_per_processor_second")
_ABOUT = (
    "import json, pathlib, stgan_tf; "
    "print(json.dumps([stgan_tf.__version__, str(pathlib.Path(stgan_tf.__file__).parent)]))"
)


class Install(NamedTuple):
    """An installation: the command that starts its Python, its version and its folder."""

    command: tuple[str, ...]
    version: str
    folder: str


class Compared(NamedTuple):
    """A figure of this installation and of the other one, as medians over the turns, and how many
    times as good this one is: in all, and in each turn.
    """

    this: float
    other: float
    times_as_good: float
    in_turns: tuple[float, ...]


def this_install() -> Install:
    """The running one."""
    return _install((sys.executable,))


def other_install(python: str) -> Install:
    """The one of another Python, which does not see the working folder.

    Raises ValueError, naming the flag, if it has no stgan_tf, or this one.
    """
    install = _install((python, "-I"))
    if install.folder == this_install().folder:
        raise ValueError(
            f"--against: {python} uses the package that is running, {install.folder}. Install the "
            "other version into an environment of its own, without --editable."
        )
    return install


def without_flags(arguments: Sequence[str], names: Sequence[str]) -> list[str]:
    """Command-line arguments without the flags `names`, given as --name=value or --name value."""
    kept, skip = [], False
    for argument in arguments:
        name, equals, _ = argument.lstrip("-").partition("=")
        if skip:
            skip = False
        elif argument.startswith("-") and name in names:
            skip = not equals
        else:
            kept.append(argument)
    return kept


def measure_in_turns(
    installs: Sequence[Install], part: str, arguments: Sequence[str], turns: int
) -> list[list[dict]]:
    """The figures of each installation in each turn; who begins alternates.

    Raises RuntimeError if a measurement fails.
    """
    figures: list[list[dict]] = [[] for _ in installs]
    order = list(range(len(installs)))
    for _ in range(turns):
        for i in order:
            figures[i].append(figures_of(installs[i], part, arguments))
        order.reverse()
    return figures


def figures_of(install: Install, part: str, arguments: Sequence[str]) -> dict:
    """The figures of a part, measured in a process of its own.

    Raises RuntimeError with the last line that it printed if it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        flags = [*arguments, f"--part={part}", f"--json_file={file}"]
        command = [*install.command, "-m", _MODULE, *flags]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        with passing_sigterm_on(process):
            _, errors = process.communicate()
        if process.returncode:
            reason = (errors.strip().splitlines() or [""])[-1]
            raise RuntimeError(f"status {process.returncode}: {reason}")
        return json.loads(file.read_text(encoding="utf-8"))


def compare_figures(this: Sequence[dict], other: Sequence[dict]) -> dict[str, Compared]:
    """{name: `Compared`} of the figures that both have, for which more or less is better."""
    compared = {}
    for name, value in this[0].items():
        if name not in other[0] or not isinstance(value, float):
            continue
        if not name.endswith((*_SMALLER, *_LARGER)):
            continue
        ours, theirs = ([turn[name] for turn in turns] for turns in (this, other))
        pairs = zip(ours, theirs, strict=True)
        larger = name.endswith(_LARGER)
        ratios = tuple(a / b if larger else b / a for a, b in pairs)
        medians = statistics.median(ours), statistics.median(theirs)
        compared[name] = Compared(*medians, statistics.median(ratios), ratios)
    return compared


def comparison_table(installs: Sequence[Install], compared: Mapping[str, Compared]) -> str:
    """A Markdown table, ending in what it compares."""
    lines = [
        "| figure | this version | the other | times as good | lowest, highest |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {each.this:,.4g} | {each.other:,.4g} | {each.times_as_good:.2f} | "
        f"{min(each.in_turns):.2f}, {max(each.in_turns):.2f} |"
        for name, each in compared.items()
    ]
    named = ("This version", "the other")
    about = "; ".join(
        f"{name}: {install.version} in {install.folder}"
        for name, install in zip(named, installs, strict=True)
    )
    return "\n".join([*lines, "", f"{about}."])


def _install(command: tuple[str, ...]) -> Install:
    try:
        done = subprocess.run([*command, "-c", _ABOUT], capture_output=True, text=True, check=False)
    except OSError as error:
        raise ValueError(f"--against: {command[0]} cannot be started: {error.strerror}.") from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise ValueError(f"--against: {command[0]} cannot import stgan_tf: {reason}.")
    version, folder = json.loads(done.stdout)
    return Install(command, version, folder)
