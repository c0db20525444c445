"""The command `models` as processes: a run is packed, added, listed, edited with and verified."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from slow_parameters import quick_first
from small_packed import write_small_packed
from warm_commands import run_command

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(path.stem for path in (ROOT / "stgan_tf" / "shipped_models").glob("*.stgan"))

#: Runs a command where only what the extra `litert` brings is installed.
WITHOUT_TENSORFLOW = """
import importlib.util, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras", "skimage", "matplotlib"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "tensorflow" else find(name, *more)
module = sys.argv[1]
sys.argv = sys.argv[1:]
importlib.import_module(module).run()
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The working folder of all commands, with a photo."""
    folder = tmp_path_factory.mktemp("models")
    pixels = np.random.default_rng(0).integers(0, 256, (218, 178, 3), np.uint8)
    Image.fromarray(pixels).save(folder / "photo.png")
    return folder


@pytest.fixture(scope="module")
def run(place):
    """run(*words) -> a finished `models`; run("-m", command, ...) or run("-c", code) another."""

    def finished(*words, store="store"):
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(place / "cache"),
            "STGAN_MODELS": str(place / store),
        }
        if words[0] != "-c":
            command, *rest = words[1:] if words[0] == "-m" else ("models", *words)
            return run_command(command, *rest, cwd=place, environment=environment)
        return subprocess.run(
            [sys.executable, *words],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return finished


@pytest.fixture(scope="module")
def packed(run, run_dirs, classifier_dir, exported):
    """What packing printed; the file is small.stgan, and in the store."""
    out_dir, _ = exported("attgan")
    done = run(
        "pack",
        f"--run_dir={run_dirs['attgan']}",
        f"--classifier={classifier_dir}",
        f"--litert_dir={out_dir / 'litert'}",
        "--litert_precisions=float16",
        "--name=small",
        "--licence=Apache-2.0",
        "--precision=float16",
    )
    assert done.returncode == 0, done.stderr
    added = run("add", "small.stgan")
    assert added.returncode == 0, added.stderr
    return done.stdout


def test_those_of_the_package_are_there_at_first(run):
    done = run("list", store="empty")
    assert (done.returncode, done.stderr) == (0, "")
    assert "drawn-faces-64\n  system:  stgan, 64 px, " in done.stdout
    listed = json.loads(run("list", "--json", store="empty").stdout)
    assert [model["name"] for model in listed] == SHIPPED
    verified = run("verify", store="empty").stdout.splitlines()
    assert len(verified) == len(SHIPPED)
    assert all(line.endswith(" parts are intact.") for line in verified)


def test_what_is_packed_is_listed(run, packed, place):
    assert packed.startswith(
        "Packed: small.stgan\n\nsmall\n  system:  stgan, 32 px, 0 iterations\n"
    )
    text = run("list").stdout
    assert "  edits:   4 attributes: Bangs, Black_Hair, Blond_Hair, Eyeglasses\n" in text
    assert "  licence: Apache-2.0\n" in text
    models = json.loads(run("list", "--json").stdout)
    [model] = [model for model in models if model["name"] not in SHIPPED]
    assert (model["name"], model["precision"], model["image_size"]) == ("small", "float16", 32)
    assert model["origin"] == f"added from {place / 'small.stgan'}"
    assert model["bytes"] == (place / "small.stgan").stat().st_size


@pytest.mark.parametrize("model", quick_first(["small", "small.stgan"]))
def test_edit_takes_the_name_and_the_file(run, packed, place, run_dirs, classifier_dir, model):
    flags = ["--input=photo.png", "--aligned", "--edit=Bangs=+1", "--overwrite"]
    done = run("-m", "edit", f"--model={model}", *flags, "--output=a.png")
    assert done.returncode == 0, done.stderr
    run_flags = [f"--model={run_dirs['attgan']}", f"--classifier={classifier_dir}"]
    done = run("-m", "edit", *run_flags, *flags, "--output=b.png")
    assert done.returncode == 0, done.stderr
    edited, expected = (np.int16(Image.open(place / name)) for name in ("a.png", "b.png"))
    assert np.abs(edited - expected).max() <= 1


def test_without_tensorflow_the_litert_file_edits(run, packed, place):
    command = ["-c", WITHOUT_TENSORFLOW, "stgan_tf.edit", "--model=small", "--input=photo.png"]
    done = run(*command, "--aligned", "--edit=Bangs=+1", "--output=light.png")
    assert done.returncode == 0, done.stderr
    command = ["-m", "litert_demo", "--model=small", "--input=photo.png"]
    done = run(*command, "--edit=Bangs=+1", "--output=demo.png", "--repeat=1")
    assert done.returncode == 0, done.stderr
    assert "edit_float16.tflite" in done.stdout
    edited, expected = (np.int16(Image.open(place / name)) for name in ("light.png", "demo.png"))
    assert np.abs(edited - expected).max() <= 1  # rounded at different places


def test_the_card_is_printed(run, packed):
    done = run("card", "--run_dir=small", "--name=x", "--licence=y")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# small\n") and "\n## Limits\n" in done.stdout


def test_damage_is_reported_for_every_file(run, packed, place):
    assert run("verify", "small").stdout.endswith("small.stgan: all 8 parts are intact.\n")
    write_small_packed(place, "good")
    (place / "bad.stgan").write_bytes((place / "good.stgan").read_bytes()[:-9])
    done = run("verify", "bad.stgan", "none.stgan", "good.stgan")
    assert done.returncode == 1
    assert done.stdout == "good.stgan: all 2 parts are intact.\n"
    first, second = done.stderr.splitlines()
    assert first.startswith("stgan_tf.models: bad.stgan is not a packed model, or is damaged: ")
    assert second == "stgan_tf.models: No packed model none.stgan: there is no such file."


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["lst"], 2, "Give one of list, add, pack, card, verify. Received: lst."),
        (["add"], 2, "add takes one packed model, FILE.stgan or hf://USER/REPO."),
        (["list", "x"], 2, "list takes flags only. Received: x."),
        (["pack", "--name=a", "--licence=b"], 2, "--run_dir: is required."),
        (["pack", "--name=a", "--run_dir=b"], 2, "--licence: is required."),
        (["add", "none.stgan"], 1, "No packed model none.stgan: there is no such file."),
        (["verify", "smal"], 1, "smal is neither a file or folder here nor the name of a model."),
        (["card", "--run_dir=smll", "--name=a", "--licence=b"], 1, "Did you mean small?"),
    ],
)
def test_mistakes_are_one_line(run, packed, words, status, message):
    done = run(*words)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith("stgan_tf.models: ") and len(done.stderr.splitlines()) == 1
    assert message in done.stderr


def test_the_function_of_that_name_can_still_be_called(run):
    names = "print([model.name for model in stgan_tf.models()])"
    code = f"import stgan_tf, stgan_tf.models; {names}"
    assert run("-c", code, store="empty").stdout == f"{SHIPPED}\n"
    code = f"import stgan_tf; {names}; import sys; print('keras' in sys.modules)"
    assert run("-c", code, store="empty").stdout == f"{SHIPPED}\nFalse\n"
