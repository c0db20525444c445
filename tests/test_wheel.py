"""The wheel is enough: built from tree and source archive, used from an empty folder."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow

BUILD = "from setuptools import build_meta; print(build_meta.build_{}({!r}))"


def run(command, folder, python_path=""):
    environment = {**os.environ, "PYTHONPATH": str(python_path), "COLUMNS": "100"}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of what is built from: nothing is left in the repository."""
    folder = tmp_path_factory.mktemp("tree")
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in ("stgan_tf", "flags"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """build(kind, tree) -> the file, built by the setuptools that pyproject.toml asks for."""
    tools = tmp_path_factory.mktemp("tools")
    needed = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split('requires = ["')[1]
    install = [sys.executable, "-m", "pip", "install", "--quiet", f"--target={tools}"]
    done = run([*install, needed.split('"')[0]], tools)
    assert done.returncode == 0, done.stderr

    def built(kind, tree):
        output = tmp_path_factory.mktemp(kind)
        done = run([sys.executable, "-c", BUILD.format(kind, str(output))], tree, tools)
        assert done.returncode == 0, done.stderr
        [file] = output.iterdir()
        return file

    return built


@pytest.fixture(scope="module")
def wheel(build, tree):
    return build("wheel", tree)


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder that the wheel, and nothing that it needs, is installed in."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    done = run([*command, f"--target={folder}", wheel], folder)
    assert done.returncode == 0, done.stderr
    return folder


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_has_the_flag_files_as_they_are(wheel):
    found = contents(wheel)
    flags = ROOT / "flags"
    shipped = {path.relative_to(flags) for path in flags.rglob("*.*") if path.is_file()}
    assert len(shipped) > 60
    for path in shipped:
        assert found[f"stgan_tf/flags/{path.as_posix()}"] == (flags / path).read_bytes()
    inside = [name for name in found if name.startswith("stgan_tf/flags/")]
    assert len(inside) == len(shipped)
    assert "stgan_tf/py.typed" in found
    assert not [name for name in found if name.startswith(("tests/", "flags/"))]


def test_the_wheel_of_the_source_archive_is_the_same(build, tree, wheel, tmp_path):
    with tarfile.open(build("sdist", tree)) as archive:
        archive.extractall(tmp_path, filter="data")
    [unpacked] = tmp_path.iterdir()
    again, direct = contents(build("wheel", unpacked)), contents(wheel)
    assert sorted(again) == sorted(direct)
    assert all(again[name] == direct[name] for name in direct if ".dist-info/" not in name)


def test_in_place_there_is_no_second_copy(build, tree):
    found = contents(build("editable", tree))
    assert not [name for name in found if name.endswith(".cfg")]
    assert not (tree / "stgan_tf" / "flags").exists()


def test_every_console_script_helps_in_an_empty_folder(installed, tmp_path):
    scripts = sorted((installed / "bin").glob("stgan-*"))
    assert len(scripts) == 15
    for script in scripts:
        done = run([script, "--help"], tmp_path, installed)
        assert (done.returncode, done.stderr) == (0, ""), script
        assert done.stdout.startswith(f"Usage: {script.name} [flags]")
    assert not list(tmp_path.iterdir())


def test_the_wheel_trains_and_compares_by_its_own_flag_files(installed, tmp_path):
    code = "import stgan_tf.flag_files as f; print(f.shipped_folder())"
    where = run([sys.executable, "-c", code], tmp_path, installed)
    assert Path(where.stdout.strip()) == installed / "stgan_tf" / "flags"
    train = [installed / "bin" / "stgan-train", "--preset=smoke", "--run_dir=run"]
    done = run([*train, "--num_iterations=2"], tmp_path, installed)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "config.json").is_file()
    compare = [installed / "bin" / "stgan-compare", "--classifier=none", "--out_dir=compared"]
    done = run([*compare, "--systems=stgan,no_such"], tmp_path, installed)
    assert done.returncode == 1
    assert "--systems: no flag file" in done.stderr
    assert "no_such.cfg" in done.stderr and "stgan.cfg" not in done.stderr


def test_the_wheel_has_the_face_detector_and_its_licence(wheel):
    folder = ROOT / "stgan_tf" / "alignment" / "blazeface"
    with zipfile.ZipFile(wheel) as archive:
        for path in folder.iterdir():
            name = path.relative_to(ROOT).as_posix()
            assert archive.read(name) == path.read_bytes()
        assert any(name.endswith("LICENSE") for name in archive.namelist())
