"""The LiteRT demo in a process of its own, as on a board without TensorFlow."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_runs import SIZE, write_classifier, write_run

from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions
from stgan_tf.frame import CELEBA_CROP
from stgan_tf.images import crop, resize_bicubic_numpy, to_float, to_uint8
from stgan_tf.runtime.litert_model import LiteRTModel

ROOT = Path(__file__).parents[1]
#: Prints which of these were imported by the time the demo ended.
IMPORTS = """
import sys
from stgan_tf import litert_demo
try:
    litert_demo.run()
finally:
    heavy = ("tensorflow", "keras", "tqdm", "skimage", "scipy", "matplotlib", "absl", "numpy")
    print("IMPORTED", [name for name in heavy if name in sys.modules])
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Folders of LiteRT files: of a difference model, and of a target model with a classifier."""
    folder = tmp_path_factory.mktemp("models")
    options = ExportOptions(("litert",), ("float32",), comparison_images=1, latency_repeats=1)
    for model, classifier in (("stgan", None), ("attgan", write_classifier(folder / "classifier"))):
        run = write_run(folder / f"run_{model}", model)
        export_run(run, folder / model, classifier, options)
    return folder


@pytest.fixture(scope="module")
def seasons(tmp_path_factory):
    """A folder with the LiteRT files of a model of three seasons, without a classifier."""
    folder = tmp_path_factory.mktemp("seasons")
    names = ("autumn", "summer", "winter")
    domains = {"dataset": "domains", "attributes": names, "domains": names}
    run = write_run(folder / "run", exclusive_attributes=True, **domains)
    options = ExportOptions(("litert",), ("float32",), comparison_images=1, latency_repeats=1)
    export_run(run, folder / "stgan", None, options)
    return folder


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faces")
    rng = np.random.default_rng(0)
    for name, shape in (("own", (SIZE, SIZE, 3)), ("aligned", (218, 178, 3)), ("odd", (50, 30, 3))):
        Image.fromarray(rng.integers(0, 256, shape, np.uint8)).save(folder / f"{name}.png")
    return folder


def run(models, faces, tmp_path, *flags, model="stgan", face="own", program=("-c", IMPORTS)):
    defaults = {
        "--model": models / model / "litert" / "edit_float32.tflite",
        "--input": faces / f"{face}.png",
        "--output": tmp_path / "out.png",
        "--edit": "Eyeglasses=+1",
        "--repeat": 2,
    }
    given = {flag.split("=")[0] for flag in flags}
    rest = [f"{name}={value}" for name, value in defaults.items() if name not in given]
    command = [sys.executable, *program, *flags, *rest]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def edited(models, model, face, difference, source=None):
    pixels = np.asarray(Image.open(face))
    if pixels.shape[0] == SIZE:
        images = to_float(pixels)[None]
    else:
        images = resize_bicubic_numpy(crop(pixels, CELEBA_CROP), SIZE)[None]
    lite = LiteRTModel(models / model / "litert" / "edit_float32.tflite")
    source = source and np.array([source], np.float32)
    return to_uint8(lite.edit(images, np.array([difference], np.float32), source)[0])


@pytest.mark.parametrize("face", ["own", "aligned"])
def test_it_edits_without_tensorflow(models, faces, tmp_path, face):
    flags = ("--edit=Eyeglasses=+1,Bangs=-1", "--intensity=1.5", "--threads=1")
    result = run(models, faces, tmp_path, *flags, face=face)
    assert result.returncode == 0, result.stderr
    assert "IMPORTED ['absl', 'numpy']" in result.stdout
    assert " ms per image (1 threads, edit_float32.tflite)" in result.stdout
    expected = edited(models, "stgan", faces / f"{face}.png", [-1.5, 0, 0, 1.5])
    written = np.asarray(Image.open(tmp_path / "out.png")).astype(int)
    assert np.abs(written - expected).max() <= 1


def test_target_models_take_given_attributes_or_look(models, faces, tmp_path):
    flags = ("--source=Black_Hair", "--edit=Blond_Hair=+1")
    result = run(models, faces, tmp_path, *flags, model="attgan")
    assert result.returncode == 0, result.stderr
    # What is added switches the other hair colour off.
    expected = edited(models, "attgan", faces / "own.png", [0, -1, 1, 0], [0, 1, 0, 0])
    written = np.asarray(Image.open(tmp_path / "out.png")).astype(int)
    assert np.abs(written - expected).max() <= 1
    result = run(models, faces, tmp_path, model="attgan")
    assert result.returncode == 0, result.stderr


def test_difference_models_take_away_what_the_face_has_or_say_that_they_cannot(
    models, faces, tmp_path
):
    result = run(models, faces, tmp_path, "--source=Black_Hair=1", "--edit=Blond_Hair=+1")
    assert result.returncode == 0 and "remove Black_Hair" not in result.stderr, result.stderr
    expected = edited(models, "stgan", faces / "own.png", [0, -1, 1, 0])
    written = np.asarray(Image.open(tmp_path / "out.png")).astype(int)
    assert np.abs(written - expected).max() <= 1
    result = run(models, faces, tmp_path, "--edit=Blond_Hair=+1")
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("does not remove Black_Hair") == 1


@pytest.mark.slow
def test_pictures_are_translated_at_the_models_size(seasons, faces, tmp_path):
    flags = ("--edit=", "--to=winter", "--from=summer")
    result = run(seasons, faces, tmp_path, *flags)
    assert result.returncode == 0, result.stderr
    assert "IMPORTED ['absl', 'numpy']" in result.stdout
    expected = edited(seasons, "stgan", faces / "own.png", [0, -1, 1])
    written = np.asarray(Image.open(tmp_path / "out.png")).astype(int)
    assert np.abs(written - expected).max() <= 1
    result = run(seasons, faces, tmp_path, *flags, face="odd")
    assert result.returncode == 0, result.stderr
    with Image.open(tmp_path / "out.png") as image:
        assert image.size == (SIZE, SIZE)
    result = run(seasons, faces, tmp_path, "--edit=", "--to=winter")
    assert result.returncode == 1
    assert "must be known. Give it (--from=autumn;" in result.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--edit=Glasses=1"], "Unknown attribute: 'Glasses'. Nearest: Eyeglasses"),
        (["--to=winter"], "Give exactly one of --edit and --to."),
        (["--edit="], "Give exactly one of --edit and --to."),
        (["--from=summer"], "--from goes with --to"),
        (["--edit=", "--to=a", "--source=Male"], "--source goes with --edit"),
        (["--edit=", "--to=winter"], "--to=winter is for models of domain folders"),
        (["--model=/nowhere.tflite"], "No LiteRT file /nowhere.tflite"),
        (["--input=/nowhere.png"], "--input=/nowhere.png cannot be read as an image"),
        (["--output=out.jpg"], "--output: must be a .png file. Received: 'out.jpg'"),
    ],
)
def test_errors_name_what_was_wrong(models, faces, tmp_path, flags, message):
    result = run(models, faces, tmp_path, *flags, program=("-m", "stgan_tf.litert_demo"))
    assert result.returncode in (1, 2)
    assert f"stgan_tf.litert_demo: {message}" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out.png").exists()


def test_a_face_of_another_size(models, faces, tmp_path):
    result = run(models, faces, tmp_path, face="odd", program=("-m", "stgan_tf.litert_demo"))
    assert result.returncode == 1
    assert "Faces must be 178x218 (CelebA's aligned frame) at any scale, or square" in result.stderr
    assert "Received: 30x50" in result.stderr
