import os

import pytest
from official.official_code import SETTING, write_checkpoint

from stgan_tf.official.checkpoint_files import OfficialCheckpointError, find_checkpoint

VALUES = {"counter/counter": 1}
LAST = "Epoch_(99)_(1895of1895).ckpt"


@pytest.fixture
def output(tmp_path):
    """output/128 with three checkpoints, the newest by number not the newest by time."""
    folder = tmp_path / "output" / "128"
    for age, name in enumerate([LAST, "Epoch_(9)_(1895of1895).ckpt", "Epoch_(99)_(20of1895).ckpt"]):
        write_checkpoint(folder, SETTING, VALUES, name)
        os.utime(folder / "checkpoints" / f"{name}.index", (age, age))
    return folder.parent


@pytest.mark.parametrize(
    "path",
    [
        "128",
        "128/checkpoints",
        ".",
        f"128/checkpoints/{LAST}",
        f"128/checkpoints/{LAST}.index",
        f"128/checkpoints/{LAST}.data-00000-of-00001",
    ],
)
def test_every_way_to_name_it(output, path):
    found = find_checkpoint(output / path)
    assert found.prefix == output / "128" / "checkpoints" / LAST
    assert found.setting == output / "128" / "setting.txt"


def test_a_prefix_takes_that_one(output):
    name = "Epoch_(9)_(1895of1895).ckpt"
    assert find_checkpoint(output / "128" / "checkpoints" / name).prefix.name == name


def test_setting_beside_or_named_or_absent(output, tmp_path):
    setting = output / "128" / "setting.txt"
    beside = setting.rename(output / "128" / "checkpoints" / "setting.txt")
    assert find_checkpoint(output / "128").setting == beside
    elsewhere = beside.rename(tmp_path / "other.txt")
    assert find_checkpoint(output / "128").setting is None
    assert find_checkpoint(output / "128", elsewhere).setting == elsewhere


def test_digest_is_of_this_checkpoint_and_setting(output):
    digest = find_checkpoint(output / "128").digest()
    (output / "128" / "checkpoints" / "Epoch_(9)_(1895of1895).ckpt.index").write_bytes(b"other")
    assert find_checkpoint(output / "128").digest() == digest
    with (output / "128" / "setting.txt").open("a") as file:
        file.write(" ")
    assert find_checkpoint(output / "128").digest() != digest


def test_nothing_there(tmp_path, output):
    with pytest.raises(OfficialCheckpointError, match="There is no folder or checkpoint .*absent"):
        find_checkpoint(tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    with pytest.raises(OfficialCheckpointError, match=r"No checkpoint \(\*\.index\) in .*empty or"):
        find_checkpoint(tmp_path / "empty")
    with pytest.raises(OfficialCheckpointError, match=r"--setting_file .*: .*absent\.txt"):
        find_checkpoint(output / "128", tmp_path / "absent.txt")


def test_several_experiments_are_listed(output):
    write_checkpoint(output / "384", SETTING, VALUES)
    with pytest.raises(OfficialCheckpointError, match="several experiments: give one of 128, 384"):
        find_checkpoint(output)
