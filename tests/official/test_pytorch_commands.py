"""A generator's file through the commands, each in a process of its own: import, edit, evaluate,
export.
"""

import json

import numpy as np
import pytest
from official.pytorch_files import cyclegan_shapes, random_arrays, write_safetensors
from PIL import Image
from small_runs import write_classifier
from warm_commands import run_command as run

from stgan_tf.official.finding import find_official
from stgan_tf.official.pytorch.importing import GeneratorFile
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.verification import print_verification
from stgan_tf.options import ConfigError
from stgan_tf.synthetic.faces import write_dataset

SIZE = 32


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A small generator of CycleGAN, which makes Eyeglasses."""
    pytest.importorskip("safetensors")
    rng = np.random.default_rng(0)
    arrays = random_arrays(cyclegan_shapes(4, 1))
    arrays = {n: rng.normal(0, 0.2, a.shape).astype(np.float32) for n, a in arrays.items()}
    return write_safetensors(tmp_path_factory.mktemp("g") / "latest_net_G_A.safetensors", arrays)


@pytest.mark.slow
def test_an_imported_run_edits_evaluates_and_exports(file, tmp_path):
    faces, run_dir, edited = tmp_path / "faces", tmp_path / "run", tmp_path / "edited.png"
    write_dataset(faces, 12, seed=3, num_processes=1)
    result = run(
        "import_official",
        f"--checkpoint_dir={file}",
        f"--run_dir={run_dir}",
        "--attributes=Eyeglasses",
        f"--image_size={SIZE}",
        f"--data_dir={faces}",
        "--crop=celeba",
    )
    assert result.returncode == 0, result.stderr
    assert f"Imported {file} as a cyclegan run in {run_dir}." in result.stdout
    assert "  attributes: Eyeglasses" in result.stdout
    assert "new and untrained: the generator of BtoA" in result.stdout

    photo = tmp_path / "face.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8)).save(
        photo
    )
    result = run(
        "edit",
        f"--model={run_dir}",
        "--aligned",
        f"--input={photo}",
        "--edit=Eyeglasses=+1",
        "--source=Eyeglasses=0",
        f"--output={edited}",
    )
    assert result.returncode == 0, result.stderr
    with Image.open(edited) as image:
        assert image.size == (SIZE, SIZE)

    classifier = write_classifier(tmp_path / "classifier", ("Eyeglasses",))
    result = run(
        "evaluate",
        f"--run_dir={run_dir}",
        f"--classifier={classifier}",
        "--split=train",
        "--max_images=4",
    )
    assert result.returncode == 0, result.stderr
    (report,) = run_dir.rglob("report.json")
    assert json.loads(report.read_text())["measurements"]["images"] == 4

    result = run(
        "export",
        f"--run_dir={run_dir}",
        f"--out_dir={tmp_path / 'export'}",
        "--precisions=float32",
        "--batch_sizes=1,2",
        "--latency_repeats=2",
        "--comparison_images=2",
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "export" / "litert" / "edit_float32.tflite").is_file()


def test_errors_in_one_line(file, tmp_path):
    result = run("import_official", f"--checkpoint_dir={file}", f"--run_dir={tmp_path / 'run'}")
    assert result.returncode == 1
    assert (
        "stgan_tf.import_official: --attributes: must name the one attribute of the file"
        in result.stderr
    )
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "run").exists()


def test_flags_of_tensorflow_checkpoints_are_refused(file):
    with pytest.raises(ConfigError, match="--setting_file: is for TensorFlow 1 .* Received: s.txt"):
        find_official(file, FileOptions(), "s.txt")
    found = find_official(file, FileOptions(("Male",)))
    assert found == GeneratorFile(file, FileOptions(("Male",)))
    with pytest.raises(ConfigError, match="--verify: is for TensorFlow 1 checkpoints. Received"):
        print_verification(found, "expected.npz")


def test_flags_of_files_are_refused_for_tensorflow_checkpoints(official_dir):
    folder = official_dir / "attgan_small"
    for options in ({"attributes": ("Male",)}, {"image_size": 64}, {"direction": "BtoA"}):
        with pytest.raises(ConfigError, match=f"--{next(iter(options))}: is for PyTorch files"):
            find_official(folder, FileOptions(**options))
    assert find_official(folder, FileOptions()).setting.is_file()
