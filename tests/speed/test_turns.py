"""Two installations in turns: ratios by hand, the order, what is refused, and the whole command."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from warm_commands import run_command

from stgan_tf.speed import turns
from stgan_tf.speed.turns import Install

ROOT = Path(__file__).parents[2]


def write_python(folder, body):
    """An executable that is started like Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def other_python(tmp_path):
    """A Python with a copy of the package, of version 0.0.1."""
    shutil.copytree(
        ROOT / "stgan_tf",
        tmp_path / "site" / "stgan_tf",
        ignore=shutil.ignore_patterns("__pycache__", "*.stgan"),
    )
    start = tmp_path / "site" / "stgan_tf" / "__init__.py"
    text = start.read_text()
    start.write_text(text.replace('__version__ = "', '__version__ = "0.0.1+'))
    # Without -I, which would leave out PYTHONPATH.
    path = f"PYTHONSAFEPATH=1 PYTHONPATH={tmp_path / 'site'}"
    return write_python(tmp_path, f'shift; {path} exec {sys.executable} "$@"')


def test_ratios_are_of_each_turn_and_say_how_much_better_this_one_is():
    this = [
        {"iteration_seconds": 2.0, "images_per_second": 30.0, "gflop": 1.0, "batch_size": 4},
        {"iteration_seconds": 4.0, "images_per_second": 10.0, "gflop": 1.0, "batch_size": 4},
        {"iteration_seconds": 2.5, "images_per_second": 20.0, "gflop": 1.0, "batch_size": 4},
    ]
    other = [
        {"iteration_seconds": 3.0, "images_per_second": 10.0, "batch_size": 4, "old_seconds": 1.0},
        {"iteration_seconds": 4.0, "images_per_second": 20.0, "batch_size": 4, "old_seconds": 1.0},
        {"iteration_seconds": 5.0, "images_per_second": 20.0, "batch_size": 4, "old_seconds": 1.0},
    ]
    compared = turns.compare_figures(this, other)
    assert list(compared) == ["iteration_seconds", "images_per_second"]
    assert compared["iteration_seconds"] == (2.5, 4.0, 1.5, (1.5, 1.0, 2.0))
    assert compared["images_per_second"] == (20.0, 20.0, 1.0, (3.0, 0.5, 1.0))
    installs = Install(("a",), "2", "/a"), Install(("b", "-I"), "1", "/b")
    lines = turns.comparison_table(installs, compared).splitlines()
    assert lines[2] == "| iteration_seconds | 2.5 | 4 | 1.50 | 1.00, 2.00 |"
    assert lines[-1] == "This version: 2 in /a; the other: 1 in /b."


def test_flags_of_the_comparison_are_not_passed_on():
    given = ["--flagfile=x", "--against=p", "--turns", "5", "-part=train", "--against_all=1", "y"]
    left = ["--flagfile=x", "--against_all=1", "y"]
    assert turns.without_flags(given, ("against", "turns", "part")) == left


def test_who_begins_alternates(tmp_path):
    """Each stands for an installation: it writes its name, and the flags that it was given."""
    installs = []
    for name in "ab":
        (tmp_path / name).mkdir()
        body = (
            f"echo {name} $3 $4 >> {tmp_path}/log\n"
            "for last; do :; done\n"
            """echo '{"x_seconds": 1.5}' > "${last#--json_file=}"\n"""
        )
        installs.append(Install((write_python(tmp_path / name, body),), "1", name))
    figures = turns.measure_in_turns(installs, "train", ["--system=stgan"], turns=3)
    assert figures == [[{"x_seconds": 1.5}] * 3] * 2
    assert (tmp_path / "log").read_text().splitlines() == [
        f"{name} --system=stgan --part=train" for name in "abbaab"
    ]


def test_what_fails_says_why(tmp_path):
    install = Install(
        (write_python(tmp_path, "echo started >&2; echo out of memory >&2; exit 7"),), "1", "x"
    )
    with pytest.raises(RuntimeError, match="status 7: out of memory"):
        turns.measure_in_turns([install], "train", [], turns=1)


def test_another_python_that_does_not_fit_is_refused(tmp_path):
    with pytest.raises(ValueError, match="--against: /nowhere cannot be started: No such file"):
        turns.other_install("/nowhere")
    without = write_python(tmp_path, "echo 'ImportError: none' >&2; exit 1")
    with pytest.raises(ValueError, match="cannot import stgan_tf: ImportError: none"):
        turns.other_install(without)
    same = write_python(tmp_path, f'shift; PYTHONPATH={ROOT} exec {sys.executable} "$@"')
    with pytest.raises(ValueError, match="uses the package that is running"):
        turns.other_install(same)


def test_the_flag_must_not_be_in_a_flag_file_which_each_measurement_reads_too(tmp_path):
    (tmp_path / "own.cfg").write_text("--against=/nowhere\n")
    done = run_command("benchmark", f"--flagfile={tmp_path / 'own.cfg'}")
    assert done.returncode == 2
    assert "--against: must be given on the command line, not in a flag file." in done.stderr


@pytest.mark.slow
def test_the_command_compares_two_versions(other_python, tmp_path):
    done = run_command(
        "benchmark",
        "--flagfile=flags/smoke.cfg",
        "--part=drawing",
        "--repeats=1",
        f"--against={other_python}",
        "--turns=2",
        f"--json_file={tmp_path / 'compared.json'}",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("## drawing\n\n| figure | this version | the other |")
    assert "the other: 0.0.1+" in done.stdout and str(tmp_path / "site") in done.stdout
    figures = json.loads((tmp_path / "compared.json").read_text())["figures"]
    assert {"processor_seconds", "images_per_processor_second", "peak_rss_mib"} == set(figures)
    assert all(len(each["in_turns"]) == 2 for each in figures.values())
