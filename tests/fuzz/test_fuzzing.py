"""A few hundred inputs for each border, and what once broke one; tests/fuzz/run.py feeds more."""

import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.borders import KINDS, border_of
from fuzz.fuzzing import corpus, failures, made

RUN = Path(__file__).with_name("run.py")


@pytest.fixture(params=[kind for kind in KINDS if kind != "flags"])
def border(request):
    found = border_of(request.param)
    found.kind = request.param
    yield found
    found.close()


def test_borders_handle_or_refuse(border):
    inputs = [*corpus(border.kind), *made(border, 15, range(300))]
    broken = list(failures(border, inputs))
    assert not broken, "\n".join(f"{name}: {reason}" for name, _, reason in broken)


def test_flags_are_read_or_refused(tmp_path):
    """In a process of its own: flags belong to the whole process."""
    command = [
        sys.executable,
        RUN,
        "--kind=flags",
        "--count=300",
        "--seed=15",
        f"--keep={tmp_path}",
    ]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "flags: seed 15, inputs 0 to 299, 0 failures" in result.stdout


class Breaking:
    """A border that breaks on what begins with "b", and refuses what begins with "r"."""

    refusals = (ValueError,)

    def make(self, chance):
        return bytes([chance.randrange(256)])

    def feed(self, data):
        if data.startswith(b"r"):
            raise ValueError
        if data.startswith(b"b"):
            raise KeyError(data)


def test_what_breaks_a_border_is_told():
    (failure,) = failures(Breaking(), [("1", b"a"), ("2", b"r"), ("3", b"b")])
    assert failure.name == "3" and failure.data == b"b" and "KeyError" in failure.reason


def test_what_is_slow_is_told():
    (failure,) = failures(Breaking(), [("1", b"a")], seconds=-1)
    assert failure.reason.startswith("It took")


def test_a_number_is_always_the_same_input():
    first = list(made(Breaking(), 3, range(50)))
    assert list(made(Breaking(), 3, range(40, 50))) == first[40:]
    assert list(made(Breaking(), 4, range(50))) != first
