"""Where flag files are found, and what becomes of --flagfile and --preset."""

import json
from pathlib import Path

import pytest
from absl import flags
from warm_commands import run_command

from stgan_tf import flag_files
from stgan_tf.evaluation.compared_systems import read_systems
from stgan_tf.flag_files import find_flag_file, preset_names, with_flag_files
from stgan_tf.systems.run_flags import read_flag_file

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "flags"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_shipped_file_is_found_from_any_folder(folder):
    assert find_flag_file("flags/celeba.cfg") == SHIPPED / "celeba.cfg"
    assert find_flag_file("flags/compare") == SHIPPED / "compare"
    for path in (
        "~no_such_user/a.cfg",
        "celeba.cfg",
        "flags/own.cfg",
        "/flags/celeba.cfg",
        "a/flags/celeba.cfg",
    ):
        assert find_flag_file(path) == Path(path)


def test_a_file_of_the_working_directory_wins(folder):
    own = folder / "flags" / "celeba.cfg"
    own.parent.mkdir()
    own.write_text("--image_size=64\n")
    assert find_flag_file("flags/celeba.cfg") == Path("flags/celeba.cfg")
    assert with_flag_files(["--flagfile=flags/celeba.cfg"]) == ["--image_size=64"]
    # but not inside a shipped file, whose lines mean their neighbours
    assert "--image_size=128" in with_flag_files(["--preset=celeba_384"])
    assert "--image_size=64" not in with_flag_files(["--flagfile=flags/celeba_384.cfg"])


def test_in_a_wheel_the_files_are_in_the_package(folder, monkeypatch):
    package = folder / "site-packages" / "stgan_tf"
    (package / "flags").mkdir(parents=True)
    (package / "flags" / "only.cfg").write_text("--seed=1\n")
    monkeypatch.setattr(flag_files, "_PACKAGE", package)
    assert preset_names() == ["only"]
    assert with_flag_files(["--preset=only"]) == ["--seed=1"]


def test_lines_take_the_place_of_the_flag_and_files_may_be_nested(folder):
    (folder / "inner.cfg").write_text("# why\n\n  --seed=2\n// so\n--use_stu\n")
    (folder / "outer.cfg").write_text(
        "--seed=1\n--flagfile=inner.cfg\n--flagfile=flags/compare/common.cfg\n--seed=3\n"
    )
    found = with_flag_files(["--a=1", "--flagfile", "outer.cfg", "photo.jpg", "--", "--flagfile=x"])
    assert found[:5] == ["--a=1", "--seed=1", "--seed=2", "--use_stu", "--dataset=synthetic"]
    assert "--decay_after_iterations=1000" in found
    assert found[-4:] == ["--seed=3", "photo.jpg", "--", "--flagfile=x"]


def test_a_preset_is_the_shipped_file(folder):
    assert with_flag_files(["--preset=celeba"]) == with_flag_files(["--flagfile=flags/celeba.cfg"])
    assert with_flag_files(["--preset", "smoke", "--seed=1"])[-1] == "--seed=1"
    (folder / "own.cfg").write_text("--preset=celeba\n--image_size=64\n")
    own = with_flag_files(["--flagfile=own.cfg"])
    assert own[:-1] == with_flag_files(["--preset=celeba"])


def test_what_is_no_flag_file_stays(folder):
    kept = ["--preset=celeba", "--run_dir=a"]
    assert with_flag_files([*kept, "--flagfile="], presets=False) == kept
    assert with_flag_files(["--preset=", "photo.jpg"]) == ["photo.jpg"]


def test_errors_name_the_file(folder):
    (folder / "a.cfg").write_text("--flagfile=b.cfg\n")
    (folder / "b.cfg").write_text("--flagfile=a.cfg\n")
    (folder / "binary.cfg").write_bytes(b"\x89PNG\xff")
    for arguments, message in (
        (["--flagfile=a.cfg"], "--flagfile=a.cfg includes itself: a.cfg -> b.cfg."),
        (
            ["--flagfile=binary.cfg"],
            "--flagfile=binary.cfg is not UTF-8 text",
        ),
        (
            ["--flagfile=none.cfg"],
            "none.cfg cannot be read: No such file or directory.$",
        ),
        (["--flagfile=flags/none.cfg"], "No such file or directory. Shipped are flags/NAME.cfg"),
        (["--flagfile"], "Missing value for flag --flagfile"),
        (["--preset=celeb"], "--preset: must be one of attgan_1skip, .* Received: 'celeb'."),
        (["--preset=../setup"], "--preset: must be one of "),
    ):
        with pytest.raises(flags.Error, match=message):
            with_flag_files(arguments)


def test_every_path_inside_the_shipped_files_is_shipped(folder):
    for path in sorted(SHIPPED.rglob("*.cfg")):
        with_flag_files([f"--flagfile={path}"])
    for path in SHIPPED.rglob("systems.json"):
        systems = read_systems(path.parent).values()
        found = [system.published for system in systems if system.published]
        assert found and all(file.is_file() for file in found)


def test_a_shipped_configuration_is_read_in_an_empty_folder(folder):
    config = read_flag_file(Path("flags/celeba_384.cfg"))
    assert config.data.image_size == 384
    assert config.training.learning_rate == 2e-4  # of celeba.cfg, which it includes


def test_commands_read_presets_in_an_empty_folder(folder):
    done = run_command("train", "--preset=smoke", "--dry_run", "--seed=5", cwd=folder)
    assert done.returncode == 0, done.stderr
    config, _ = json.JSONDecoder().raw_decode(done.stdout)
    assert config["data"]["dataset"] == "synthetic"
    assert config["training"]["seed"] == 5
