"""Every command that the documentation shows can be run: program, flags, values, files."""

import ast
import functools
import json
import re
import subprocess
import sys

import pytest
from docs.manual import PRESENT_PAGES, ROOT, code_spans, name_of
from docs.shown_commands import shown_commands

_PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
#: console script -> module
_SCRIPTS = dict(re.findall(r'^(stgan-[\w-]+) = "([\w.]+):run"', _PROJECT, re.MULTILINE))
_EXTRAS = set(
    re.findall(
        r"^(\w+) = \[",
        _PROJECT.split("[project.optional-dependencies]")[1].split("\n[")[0],
        re.MULTILINE,
    )
)
_TARGETS = set(
    re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
_OTHER_PROGRAMS = {"cd", "cp", "curl", "docker", "export", "git", "kubectl", "npm"}
_OTHER_PROGRAMS |= {"sha256sum", "time"}
_PYTHON = {"python", ".venv/bin/python"}
#: Commands of these are tested with the package that the page makes: tests/test_extending.py.
_OF_ANOTHER_PACKAGE = ("--system=tint", "--dataset=stripes", "--run_dir=runs/tint")
#: Flags of other programs, which the pages speak of.
_FOREIGN_FLAGS = {
    "all",
    "build-arg",
    "check",
    "force-reinstall",
    "enable_per_model_batching_parameters",
    "img_size",
    "label",
    "mode",
    "multi_inputs",
    "no-deps",
    "one_more_conv",
    "selected_attrs",
    "slow",
    "stu_norm",
    "stu_state",
    "test_int",
    "test_ints",
    "test_slide",
    "thres_int",
}

_COMMANDS = [(path, command) for path in PRESENT_PAGES for command in shown_commands(path)]


def _of_python(command):
    """(module or None, script or None, arguments) of a command of Python's, or of a script of ours;
    None for others.
    """
    program, *arguments = command
    if program in _SCRIPTS:
        return _SCRIPTS[program], None, arguments
    if program not in _PYTHON:
        return None
    if arguments[0] == "-m":
        return arguments[1], None, arguments[2:]
    return None, arguments[0], arguments[1:]


def _shown_flags():
    """Module of ours -> [(page, its arguments)]."""
    shown = {}
    for path, command in _COMMANDS:
        found = _of_python(command)
        if found is None or found[0] is None or not found[0].startswith("stgan_tf."):
            continue
        module, _, arguments = found
        helps = any(argument.startswith("--help") for argument in arguments)
        if arguments and not helps and not set(_OF_ANOTHER_PACKAGE) & set(arguments):
            shown.setdefault(module, []).append((name_of(path), arguments))
    return shown


SHOWN = _shown_flags()


@functools.cache
def _parsed(module):
    """(names of its flags, what is wrong with each of SHOWN's lists of arguments or None)."""
    lists = [arguments for _, arguments in SHOWN.get(module, [])]
    result = subprocess.run(
        [sys.executable, ROOT / "tests" / "docs" / "parse_flags.py", module],
        input=json.dumps(lists),
        env={"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    return set(answer["flags"]), answer["problems"]


def _argparse_flags(script):
    """Flags of a script that parses them with argparse, from its text."""
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / script).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".add_argument")
    ]
    names = [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)]
    return {name.removeprefix("--") for name in names}


def _name(flag):
    return flag.removeprefix("--").split("=")[0]


@pytest.mark.parametrize("module", sorted(SHOWN))
def test_flags_and_values_are_the_commands(module):
    _, problems = _parsed(module)
    wrong = {
        (page, " ".join(arguments)): problem
        for (page, arguments), problem in zip(SHOWN[module], problems, strict=True)
        if problem
    }
    assert not wrong


# A recorded session has folders and programs of its own.
_TO_BE_TYPED = [
    (path, command) for path, command in _COMMANDS if path.name != "wheel_transcript.md"
]


@pytest.mark.parametrize(("path", "command"), _TO_BE_TYPED, ids=lambda value: "")
def test_programs_and_files_exist(path, command):
    program, *arguments = command
    found = _of_python(command)
    if found is not None:
        module, script, arguments = found
        if script is not None and "/" in script:
            known = _argparse_flags(script)
            assert {_name(word) for word in arguments if word.startswith("--")} <= known, command
        elif module == "pip":
            program = "pip"
        elif module is not None and module.startswith("stgan_tf"):
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), command
        else:
            assert module in {"http.server", "pytest"} or script, command
    elif program == "make":
        targets = {word for word in arguments if "=" not in word}
        assert targets <= _TARGETS, command
    else:
        known = program in _OTHER_PROGRAMS | {"pip"} or (ROOT / program).is_file()
        assert known or program.startswith(".venv/bin/"), command
    if program == "pip":
        for extras in re.findall(r"\[([\w,]+)\]", " ".join(arguments)):
            assert set(extras.split(",")) <= _EXTRAS, command
    for word in arguments:
        file = word.split("=", 1)[-1]
        if re.match(r"(flags|export|tests|stgan_tf)/(?!PATH)", file):
            assert (ROOT / file).exists(), command


def test_npm_scripts_exist():
    package = json.loads((ROOT / "export/mobile/package.json").read_text(encoding="utf-8"))
    shown = [command[1:] for _, command in _COMMANDS if command[0] == "npm"]
    assert shown
    for words in shown:
        if words != ["ci"]:
            assert words[-1] in package["scripts"], words


@functools.cache
def _all_flags():
    known = _FOREIGN_FLAGS | {"flagfile"}
    for module in {*_SCRIPTS.values()}:
        known |= _parsed(module)[0]
    for script in {*(ROOT / "tests").rglob("*.py"), ROOT / "export/serving/load_test.py"}:
        if "argparse" in script.read_text(encoding="utf-8"):
            known |= _argparse_flags(script.relative_to(ROOT))
    return known


@pytest.mark.parametrize("path", PRESENT_PAGES, ids=name_of)
def test_flags_named_in_the_text_exist(path):
    known = _all_flags()
    for span in code_spans(path):
        for flag in re.findall(r"(?<!\S)--([a-z][\w-]*)", span):
            known_flag = flag in known or flag.removeprefix("no") in known
            assert known_flag or flag.startswith("tint"), span
