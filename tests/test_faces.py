"""python -m stgan_tf.faces."""

import subprocess
import sys

from PIL import Image


def run(*flags):
    return subprocess.run(
        [sys.executable, "-m", "stgan_tf.faces", *map(str, flags)],
        capture_output=True,
        text=True,
        check=False,
    )


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


def test_flags_are_validated(tmp_path):
    for flags, message in (
        (("--num_images=0",), "--num_images=0"),
        (("--contact_sheet=sheet.txt",), "must end in .png"),
        (("surplus",), "surplus"),
    ):
        refused = run(f"--out_dir={tmp_path}/faces", *flags)
        assert refused.returncode == 1
        assert message in refused.stderr + refused.stdout
        assert "Traceback" not in refused.stderr
