"""python -m stgan_tf.draw."""

import pytest
from PIL import Image
from warm_commands import run_command


def run(*flags):
    return run_command("draw", *flags)


def test_draws_and_then_refuses_another_seed(tmp_path):
    sheet = tmp_path / "sheet.png"
    done = run(f"--out_dir={tmp_path}/faces", "--num_images=2", f"--contact_sheet={sheet}")
    assert done.returncode == 0, done.stderr
    assert "2 faces (seed 0)" in done.stdout and str(sheet) in done.stdout
    with Image.open(sheet) as image:
        assert image.size == (14 * 178, 2 * 218)
    refused = run(f"--out_dir={tmp_path}/faces", "--num_images=2", "--seed=1")
    assert refused.returncode == 1
    assert "--overwrite" in refused.stderr and "Traceback" not in refused.stderr


def test_landscapes_in_the_seasons_that_are_asked_for(tmp_path):
    sheet = tmp_path / "sheet.png"
    flags = ("--scene=landscapes", f"--out_dir={tmp_path}/places", "--num_images=3", "--size=16")
    done = run(*flags, "--seasons=autumn,spring", f"--contact_sheet={sheet}")
    assert done.returncode == 0, done.stderr
    assert "3 landscapes (seed 0)" in done.stdout and str(sheet) in done.stdout
    drawn = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "places").rglob("*.png"))
    assert drawn == [
        "places/train/autumn/000001.png",
        "places/train/autumn/000003.png",
        "places/train/spring/000002.png",
    ]
    with Image.open(sheet) as image:
        assert image.size == (4 * 16, 3 * 16)


@pytest.mark.slow
def test_flags_are_validated(tmp_path):
    for flags, message in (
        (("--num_images=0",), "--num_images: must be a whole number, 1 to 999999. Received: '0'"),
        (("--contact_sheet=sheet.txt",), "must end in .png"),
        (("surplus",), "surplus"),
        (("--scene=seascapes",), "seascapes"),
        (("--seasons=summer,winter",), "--seasons: applies to landscapes only"),
        (("--size=64",), "--size: applies to landscapes only"),
        (("--scene=landscapes", "--seasons=summer"), "--seasons: must be two or more of "),
        (("--scene=landscapes", "--size=8"), "--size: must be a whole number, "),
    ):
        refused = run(f"--out_dir={tmp_path}/faces", *flags)
        assert refused.returncode == 2
        assert message in refused.stderr
        assert "Traceback" not in refused.stderr
