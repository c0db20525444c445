"""--help of every command, however it is started, and what is said of wrong flags."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stgan_tf.command_help import Command, _example

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
#: {console script: module}
COMMANDS = dict(re.findall(r'(stgan-[\w-]+) = "([\w.]+):run"', PYPROJECT))

#: Starts a command as its console script does, and tells which flags are the package's and whether
#: TensorFlow was imported.
SCRIPT = """
import importlib, json, sys
module, sys.argv = sys.argv[1], sys.argv[2:]
command = importlib.import_module(module)
from absl import flags
own = [flag.name for name, found in flags.FLAGS.flags_by_module_dict().items()
       for flag in found if name.startswith("stgan_tf")]
try:
    command.run()
finally:
    print(json.dumps([own, "tensorflow" in sys.modules]), file=sys.stderr)
"""


def run(*arguments, columns=100):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(columns)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=120
    )


def help_of(script, *flags, columns=100):
    """Standard output, and what SCRIPT tells."""
    module = COMMANDS[script]
    done = run("-c", SCRIPT, module, f"/usr/bin/{script}", *flags, columns=columns)
    assert done.returncode == 0, done.stderr
    return done.stdout, *json.loads(done.stderr)


def test_all_commands_are_known():
    assert len(COMMANDS) == 15


@pytest.mark.parametrize("script", COMMANDS)
def test_help_of_a_console_script_has_all_of_its_flags(script):
    text, own, has_tensorflow = help_of(script, "--help")
    assert not has_tensorflow
    assert text.startswith(f"Usage: {script} [flags]")
    assert len(own) > 4
    for name in own:
        assert len(re.findall(rf"^  --(\[no\])?{name}(=| |$)", text, re.MULTILINE)) == 1, name
    assert re.search(rf"\nExamples:\n  {script} (--|list|make --)", text)
    assert "\nExit status: 0 success; 1 failure" in text
    assert max(map(len, text.splitlines())) < 100


def test_h_and_the_module_give_the_same():
    long = run("-m", "stgan_tf.edit", "--help")
    short = run("-m", "stgan_tf.edit", "--model=x", "-h", "--no_such_flag")
    assert (long.returncode, long.stderr) == (0, "")
    assert long.stdout == short.stdout
    assert long.stdout.startswith("Usage: python -m stgan_tf.edit [flags]\n\nEdits photos: finds")
    script = help_of("stgan-edit", "-h")[0]
    assert long.stdout.split("\nModel:\n")[1] == script.split("\nModel:\n")[1]


def test_groups_defaults_ranges_and_the_papers_values():
    text = " ".join(help_of("stgan-train", "--help")[0].split())
    headings = re.findall(r"(\w[\w =-]*): --", text)
    assert headings[:3] == ["Run", "Data", "Network"]
    assert headings[-2:] == ["Only for --system=icgan", "Every command"]
    for line in (
        "--image_size=N Side of the square training image in pixels. [default: 128; 8 to 2048; "
        "paper: 128]",
        "--num_layers=N Encoder and decoder layers. [default: stgan 5, fadernet 6; 2 to 8; "
        "paper: 5]",
        "--[no]use_stu Selective transfer units on the skip connections. [default: on; paper: on]",
        "--learning_rate=X Adam learning rate. [default: 0.0002; at least 0; paper: 0.0002]",
        "--split=TEXT stgan (first 182000 / 637 / rest, as in the official code), partition "
        "(list_eval_partition) or fractions. [default: stgan; of stgan, partition, fractions]",
        "--run_dir=TEXT Run folder for the configuration, checkpoints, samples and metrics. "
        "[default: empty]",
    ):
        assert line in text
    of_system = text.split("Only for --system=stgan:")[1].split("Only for --system=cyclegan:")[0]
    assert "--use_stu" not in of_system and "--[no]use_stu" in of_system
    assert "--num_layers" not in of_system


def test_a_narrow_terminal_has_the_text_below_the_flag():
    text = help_of("stgan-serve", "--help", columns=50)[0]
    for line in text.splitlines():  # a word is not cut
        assert len(line) < 50 or len(line.split()) == 2 and line.endswith(" \\"), line
    assert "\n  --port=N\n      Port; 0: a free one. [default: 8501; 0 to" in text


def test_examples_are_cut_between_words():
    command = Command("stgan-edit", "stgan_tf.edit", "")
    text = 'python -m stgan_tf.edit --model=runs/a \\\n    --edit="Bangs=-1"'
    assert _example(text, command, 80) == '  stgan-edit --model=runs/a --edit="Bangs=-1"'
    assert _example(text, command, 32) == (
        '  stgan-edit --model=runs/a \\\n      --edit="Bangs=-1"'
    )
    other = _example("python -m stgan_tf.train --run_dir=a", command, 80)
    assert other == "  python -m stgan_tf.train --run_dir=a"


#: Reads lists of flags one after another as stgan-train does; a line and a status for each.
REFUSALS = """
import json, sys
from stgan_tf import command, train
for flags in json.loads(sys.argv[1]):
    try:
        command._parse_flags(command.command_of(train.main, ""), ["stgan-train", *flags])
    except SystemExit as ended:
        assert ended.code == 2, ended.code
"""


def test_wrong_flags_are_a_line_and_status_2():
    expected = {
        "--imagesize=64": "--imagesize: unknown flag. Did you mean --image_size?",
        "--nouse_st": "--nouse_st: unknown flag. Did you mean --nouse_stu?",
        "--qqqq": "--qqqq: unknown flag.",
        "--image_size=4": "--image_size: must be a whole number, 8 to 2048. Received: '4'.",
        "--image_size=a": "--image_size: must be a whole number, 8 to 2048. Received: 'a'.",
        "--learning_rate=-1": "--learning_rate: must be a number, at least 0. Received: '-1'.",
        "--precision=f": "--precision: must be one of float32, bfloat16. Received: 'f'.",
        "--use_stu=maybe": "--use_stu: must be true or false. Received: 'maybe'.",
        "--nouse_stu=1": "--nouse_stu=1 does not take an argument.",
        "--seed": "Missing value for flag --seed.",
    }
    done = run("-c", REFUSALS, json.dumps([[flag] for flag in expected]))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        f"stgan_tf.train: {message} --help lists the flags." for message in expected.values()
    ]


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("photo.jpg", "Takes flags only. Received the argument 'photo.jpg'."),
        ("--dataset=synthetic", "--run_dir: is required. Received: an empty value."),
    ],
)
def test_what_is_seen_after_reading_the_flags_has_the_same_status(flag, message):
    done = run("-m", "stgan_tf.train", flag)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"stgan_tf.train: {message} --help lists the flags.\n"


def test_needed_flags_and_validators_are_named():
    done = run("-m", "stgan_tf.draw", "--contact_sheet=sheet.tiff")
    assert done.returncode == 2
    assert "--out_dir: is required. Received: nothing." in done.stderr
    assert (
        "--contact_sheet: must end in .png, .jpg or .jpeg. Received: 'sheet.tiff'." in done.stderr
    )


def test_a_reader_that_stops_is_no_error():
    command = f"{sys.executable} -m stgan_tf.train --help | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], env=environment, capture_output=True, text=True
    )
    assert done.stdout == "Usage: python -m stgan_tf.train [flags]\n"
    assert done.stderr == ""
