"""Every end of a command ends its process: with images that cannot be read, again and again."""

import os
from pathlib import Path

import numpy as np
import pytest
from sample_images import KINDS, write_kind
from warm_commands import run_command

from stgan_tf.data.image_table import ImageTable
from stgan_tf.sources.attribute_files import write_attribute_file

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
REPETITIONS = 2
#: A guard, not a measurement: a process that is still there has hung.
SECONDS = 300


@pytest.fixture
def folder(tmp_path):
    """Images of every kind, and one whose pixels are damaged, which only decoding shows."""
    paths = [write_kind(tmp_path, kind) for kind in KINDS]
    data = bytearray(paths[0].with_name("png.png").read_bytes())
    data[len(data) // 2] ^= 255
    (tmp_path / "damaged.png").write_bytes(bytes(data))
    names = [path.name for path in [*paths, tmp_path / "damaged.png"]]
    attributes = np.random.default_rng(0).integers(0, 2, (len(names), 2), dtype=np.uint8)
    table = ImageTable(np.array(names), attributes, ("Bald", "Young"))
    write_attribute_file(tmp_path / "list_attr_celeba.txt", table)
    return tmp_path


@pytest.mark.parametrize("command", ["train", "train_classifier"])
def test_a_damaged_image_ends_it_each_time(folder, tmp_path_factory, command):
    out = tmp_path_factory.mktemp("out")
    flags = ["--attributes=Bald,Young", "--crop=none", f"--data_dir={folder}", "--image_size=32"]
    flags += ["--split=fractions", "--split_fractions=0.9,0.1,0"]
    if command == "train":
        flags += [f"--flagfile={ROOT / 'flags' / 'smoke.cfg'}", *flags, "--num_iterations=60"]
    else:
        flags += ["--num_iterations=60", "--batch_size=4", "--width=2", "--hidden_units=4"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(out)}
    for number in range(REPETITIONS):
        target = "run_dir" if command == "train" else "out_dir"
        done = run_command(
            command,
            *flags,
            f"--{target}={out / str(number)}",
            environment=environment,
            timeout=SECONDS,
        )
        assert done.returncode == 1, done.stderr
        error = done.stderr[done.stderr.index(f"stgan_tf.{command}: ") :]
        assert "damaged.png cannot be read: it is damaged" in error
        assert "Traceback" not in done.stderr and "storage" not in done.stderr
        assert not [kind for kind in KINDS if f"{folder / kind}." in error], error
