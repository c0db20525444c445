"""The edit command in a process of its own."""

import json

import numpy as np
import pytest
from PIL import Image
from slow_parameters import quick_first
from small_runs import write_run
from warm_commands import run_command

from stgan_tf.alignment import read_photo


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run with random weights and two photos, one of them damaged."""
    folder = tmp_path_factory.mktemp("edit")
    (folder / "run").mkdir()
    write_run(folder / "run")
    (folder / "photos").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (218, 178, 3), np.uint8)
    Image.fromarray(pixels).save(folder / "photos" / "good.png")
    (folder / "photos" / "bad.jpg").write_bytes(b"\xff\xd8 cut off")
    (folder / "photos" / "notes.txt").write_text("no image")
    (folder / "photos" / "._good.png").write_bytes(b"\0\5\x16\7")
    Image.fromarray(pixels).save(folder / "a,b.png")
    return folder


def run(*flags):
    return run_command("edit", *flags)


@pytest.mark.slow
def test_a_folder_with_a_bad_file(folder, tmp_path):
    result = run(
        f"--model={folder / 'run'}",
        f"--input={folder / 'photos'}",
        f"--output={tmp_path / 'out'}",
        "--edit=Eyeglasses=+1,Bangs=-1",
        "--aligned",
        "--json",
    )
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["status"] for row in rows] == ["left_out", "failed", "edited"]
    assert rows[0]["reason"] == "not an image"
    assert result.returncode == 1
    assert "bad.jpg cannot be read" in result.stderr
    assert read_photo(tmp_path / "out" / "good.png").pixels.shape == (32, 32, 3)


@pytest.mark.slow
def test_names_with_commas_and_what_is_said_without_json(folder, tmp_path):
    result = run(
        f"--model={folder / 'run'}",
        f"--input={folder / 'a,b.png'}",
        f"--input={folder / 'photos'}",
        f"--output={tmp_path / 'out'}",
        "--edit=Eyeglasses=+1",
        "--aligned",
    )
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        f"left out, not an image: {folder / 'photos' / 'notes.txt'}",
        f"{folder / 'a,b.png'}: edited",
        f"{folder / 'photos' / 'good.png'}: edited",
        f"2 edited: {tmp_path / 'out'}",
    ]
    assert "._good" not in result.stdout + result.stderr
    assert (tmp_path / "out" / "a,b.png").is_file()


@pytest.fixture(scope="module")
def seasons(tmp_path_factory):
    """A run with random weights that translates between summer and winter, and pictures."""
    folder = tmp_path_factory.mktemp("seasons")
    domains = {"attributes": ("winter",), "domains": ("summer", "winter")}
    write_run(folder / "run", dataset="domains", **domains)
    (folder / "photos").mkdir()
    rng = np.random.default_rng(0)
    for name, tail in (("colours.png", (3,)), ("grey.png", ())):
        Image.fromarray(rng.integers(0, 256, (60, 90, *tail), np.uint8)).save(
            folder / "photos" / name
        )
    return folder


def test_whole_pictures_are_translated(seasons, tmp_path):
    photos, out = seasons / "photos", tmp_path / "out"
    flags = (f"--model={seasons / 'run'}", f"--input={photos}", f"--output={out}", "--to=winter")
    result = run(*flags, "--json")
    assert result.returncode == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["status"], row["faces_found"], row["faces"]) for row in rows] == [
        ("edited", 0, []),
        ("edited", 0, []),
    ]
    for name in ("colours.png", "grey.png"):
        before, after = (read_photo(place / name).pixels for place in (photos, out))
        assert after.shape == before.shape
        assert (after != before).any()


@pytest.mark.parametrize(
    ("flags", "message"),
    quick_first(
        [
            (["--to=wintr"], "Did you mean winter? Received: 'wintr'"),
            (["--to=winter", "--from=winter"], "--from and --to name the same domain"),
            (["--to=winter", "--aligned"], "--aligned and --landmarks are for face models"),
            (["--to=winter", "--source=winter"], "With --to, give --from=DOMAIN"),
            (["--edit=winter=1", "--from=summer"], "--from goes with --to"),
            (["--edit=Bald=1"], "Unknown attribute: 'Bald'. Known: winter"),
        ],
        count=2,
    ),
)
def test_what_does_not_fit_a_model_of_domains(seasons, tmp_path, flags, message):
    photo = seasons / "photos" / "colours.png"
    rest = (f"--model={seasons / 'run'}", f"--input={photo}", f"--output={tmp_path / 'o.png'}")
    result = run(*rest, *flags)
    assert result.returncode != 0
    assert message in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "o.png").exists()


@pytest.mark.parametrize(
    ("flags", "message"),
    quick_first(
        [
            ([], "Give exactly one of --edit, --to, --grid and --sweep"),
            (["--edit=Bald=1", "--grid"], "Give exactly one of --edit, --to, --grid and --sweep"),
            (["--edit=Glasses=1"], "Unknown attribute: 'Glasses'. Nearest: Eyeglasses"),
            (
                ["--edit=Black_Hair=1,Blond_Hair=1"],
                "Black_Hair and Blond_Hair cannot both be added",
            ),
            (
                ["--sweep=Bangs", "--sweep_range=inf"],
                "--sweep_range: must be finite. Received: inf",
            ),
            (["--sweep=Glasses"], "Unknown attribute: 'Glasses'"),
            (["--edit=Bangs=1", "--source=Glasses"], "Unknown attribute: 'Glasses'"),
            (["--edit=Bald=1", "--input=/nowhere.jpg"], "--input: /nowhere.jpg: no such file."),
            (["--to=winter"], "This model edits attributes (Bangs, Black_Hair, Blond_Hair, Eyeg"),
            (
                ["--edit=Bald=1", "--model=/nowhere"],
                "/nowhere is not a model: neither a run folder",
            ),
        ],
        count=3,
    ),
)
def test_errors_name_what_was_wrong(folder, tmp_path, flags, message):
    defaults = {
        "--model": folder / "run",
        "--input": folder / "photos" / "good.png",
        "--output": tmp_path / "out.png",
    }
    given = {flag.split("=")[0] for flag in flags}
    rest = [f"{name}={value}" for name, value in defaults.items() if name not in given]
    result = run(*flags, *rest)
    assert result.returncode != 0
    assert message in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out.png").exists()
