"""How commands start: which lines are shown, and Keras settings that make no difference."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
SMOKE = ROOT / "flags" / "smoke.cfg"

#: Stands in for TensorFlow: speaks past Python while it is loaded, and says what it was given.
TALKATIVE = """
import os
os.write(2, b"I0000 cudart_stub.cc:31] Could not find cuda drivers\\n")
print(os.environ.get("TF_CPP_MIN_LOG_LEVEL"), os.environ.get("KERAS_BACKEND"))
"""
COMMAND = """
import logging, sys
from stgan_tf import command
def main(argv):
    command.start_tensorflow()
    logging.warning("ours")
    print(argv[1:])
command._GPU_DRIVERS = (sys.argv.pop(),)
command.run_command(main, arguments="" if sys.argv[1:] == ["refused"] else "ANY ...")
"""


def environment(**variables):
    """Of a user who has set nothing of TensorFlow's but `variables`."""
    kept = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return {**kept, "CUDA_VISIBLE_DEVICES": "-1", "PYTHONPATH": str(ROOT), **variables}


def run(arguments, **variables):
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def start(tmp_path):
    """start(argument, ..., gpu=False, tensorflow=TALKATIVE, VARIABLE=value, ...) -> the process."""

    def started(*arguments, gpu=False, tensorflow=TALKATIVE, **variables):
        (tmp_path / "tensorflow.py").write_text(tensorflow)
        driver = str(tmp_path if gpu else tmp_path / "nothing")
        variables["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(ROOT)])
        return run(["-c", COMMAND, *arguments, driver], **variables)

    return started


def test_only_our_lines_are_shown(start):
    result = start("a", KERAS_BACKEND="jax")
    assert result.stderr == "WARNING: ours\n"
    assert result.stdout == "3 tensorflow\n['a']\n"


def test_errors_of_a_gpu_are_shown(start):
    assert start(gpu=True).stdout.startswith("2 ")


def test_what_the_user_has_set_counts(start):
    result = start(TF_CPP_MIN_LOG_LEVEL="0")
    assert "cudart_stub" in result.stderr and result.stdout.startswith("0 ")
    result = start(TF_CPP_MIN_LOG_LEVEL="1")
    assert "cudart_stub" not in result.stderr and result.stdout.startswith("1 ")


def test_verbose_brings_it_back(start):
    result = start("--verbose")
    assert "cudart_stub" in result.stderr and "ours" in result.stderr
    assert result.stdout == "0 tensorflow\n[]\n"


def test_a_start_that_fails_shows_everything(start):
    result = start(tensorflow=TALKATIVE + "raise ImportError('no AVX')\n")
    assert result.returncode == 1
    assert "cudart_stub" in result.stderr and "no AVX" in result.stderr


def test_arguments_are_refused_where_there_are_only_flags(start):
    result = start("refused")
    assert result.returncode == 2
    assert "Takes flags only. Received the argument 'refused'." in result.stderr


@pytest.fixture
def keras_home(tmp_path):
    """A user's folder of Keras settings that other programs need."""
    settings = {"floatx": "float64", "image_data_format": "channels_first", "backend": "jax"}
    (tmp_path / "keras.json").write_text(json.dumps({**settings, "epsilon": 1e-7}))
    return str(tmp_path)


def test_a_command_works_with_any_keras_settings_and_without_notices(keras_home):
    command = ["-m", "stgan_tf.train", f"--flagfile={SMOKE}", "--dry_run"]
    result = run(command, KERAS_HOME=keras_home, KERAS_BACKEND="torch")
    assert (result.returncode, result.stderr) == (0, "")
    assert "generator_parameters: 90,603" in result.stdout


def test_another_backend_is_one_sentence(keras_home):
    code = """
try:
    import stgan_tf.layers.conv_blocks
except ImportError as error:
    print(error)
"""
    for variables in ({"KERAS_BACKEND": "no_such_backend"}, {}):
        result = run(["-c", code], KERAS_HOME=keras_home, **variables)
        [sentence] = result.stdout.splitlines()
        assert sentence.startswith("stgan_tf needs Keras with the TensorFlow backend, but it ")
        assert "Set KERAS_BACKEND=tensorflow in the environment" in sentence


@pytest.mark.slow
def test_the_whole_chain_says_only_what_is_ours(keras_home, tmp_path):
    """Draw, train both models, measure, export and edit with Keras set to another backend."""
    faces = tmp_path / "faces" / "img_align_celeba"
    data = [f"--data_dir={tmp_path / 'faces'}"]
    split = ["--image_size=32", "--split=fractions", "--split_fractions=0.7,0.15,0.15"]
    small = ["--num_iterations=4", "--width=2", "--hidden_units=8"]
    trained = [f"--run_dir={tmp_path / 'run'}", f"--classifier={tmp_path / 'classifier'}"]
    few = ["--max_images=4", "--sweep_images=2", "--true_edit_images=2"]
    edit = [f"--input={faces / '000001.jpg'}", "--edit=Eyeglasses=+1"]
    int8 = ["--int8", "--int8_minimum_psnr=20"]
    litert = f"--model={tmp_path / 'export' / 'litert' / 'edit_int8.tflite'}"
    edited = [f"--output={tmp_path / name}" for name in ("1.png", "2.png")]
    for command, *flags in (
        ["draw", "--scene=faces", data[0].replace("data_dir", "out_dir"), "--num_images=64"],
        ["train", f"--flagfile={SMOKE}", *data, trained[0]],
        ["train_classifier", *data, *split, *small, f"--out_dir={tmp_path / 'classifier'}"],
        ["evaluate", *trained, *few],
        ["export", *trained, f"--out_dir={tmp_path / 'export'}", *int8],
        ["edit", f"--model={tmp_path / 'run'}", *edit, "--aligned", edited[0]],
        ["litert_demo", litert, *edit, edited[1]],
    ):
        result = run(
            ["-m", f"stgan_tf.{command}", *flags], KERAS_HOME=keras_home, KERAS_BACKEND="torch"
        )
        assert result.returncode == 0, result.stderr
        # Progress bars write over their line.
        for line in result.stderr.replace("\r", "\n").splitlines():
            bar = re.match(r"(Drawing faces: +|train: +|\s*)\d+(%\||image \[)", line)
            ours = bar or not line.strip() or line.startswith("WARNING: ")
            assert ours, f"{command}: {line}"
    report = json.loads((tmp_path / "export" / "export.json").read_text())
    assert report["saved_model"]["version"] == 6
    compared_on = f"16 images: {tmp_path / 'faces'}, training split"
    assert report["litert"]["provenance"]["compared_on"] == compared_on
    assert report["litert"]["files"]["edit_float16.tflite"]["psnr"] >= 45
    for name in ("1.png", "2.png"):
        with Image.open(tmp_path / name) as image:
            assert image.size == (32, 32)


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        (f"--{'x' * 3000}", "an unknown flag with a very long name"),
        ("--flagfile={}", "is not UTF-8 text with a flag on each line"),
    ],
)
def test_flags_that_absl_stumbles_over_are_refused_in_a_line(start, tmp_path, flag, reason):
    binary = tmp_path / "weights.bin"
    binary.write_bytes(b"\x89PNG\xff\xfe" * 1000)
    process = start(flag.format(binary))
    assert process.returncode == 2
    assert reason in process.stderr and len(process.stderr.splitlines()) == 1


def test_ctrl_c_is_a_line_and_a_status():
    interrupted = "from stgan_tf import command\ndef main(argv): raise KeyboardInterrupt\n"
    result = run(["-c", interrupted + "command.run_command(main)"])
    assert result.returncode == 130  # 128 + SIGINT, as shells have it
    assert result.stderr == "Stopped by Ctrl-C.\n"
