"""Files of weights: every form of them, and what is refused with one message."""

import collections
import sys

import numpy as np
import pytest
from official.pytorch_files import random_arrays, stargan_shapes, write_safetensors

from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.pytorch.recognising import read_generator
from stgan_tf.official.pytorch.weights_file import read_weights

ARRAYS = random_arrays(stargan_shapes(2, 1, 1))


class AutoEncoder:
    """A class that a file may name."""


def same(found, expected=ARRAYS):
    assert list(found) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.fixture
def safetensors():
    return pytest.importorskip("safetensors")


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def tensors(torch, arrays=ARRAYS):
    return collections.OrderedDict((name, torch.tensor(array)) for name, array in arrays.items())


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_safetensors_of_every_float(safetensors, tmp_path, kind):
    stored = {name: array.astype(kind) for name, array in ARRAYS.items()}
    path = write_safetensors(tmp_path / "g.safetensors", stored)
    (found,) = read_weights(path).values()
    assert {array.dtype for array in found.values()} == {np.dtype(np.float32)}
    same(dict(sorted(found.items())), {n: stored[n].astype(np.float32) for n in sorted(stored)})


def test_the_prefix_of_several_gpus_is_taken_off(safetensors, tmp_path):
    stored = {f"module.{name}": array for name, array in ARRAYS.items()}
    path = write_safetensors(tmp_path / "g.safetensors", stored)
    assert set(read_weights(path)[""]) == set(ARRAYS)
    stored["bias"] = np.zeros(2, np.float32)  # not a prefix of all: part of the names then
    write_safetensors(path, stored)
    assert "module.main.0.weight" in read_weights(path)[""]


@pytest.mark.parametrize("zipped", [True, False])
def test_state_dicts_of_torch_save(torch, tmp_path, zipped):
    path = tmp_path / "200000-G.ckpt"
    torch.save(tensors(torch), path, _use_new_zipfile_serialization=zipped)
    same(read_weights(path)[""])


def test_bfloat16_and_parameters(torch, tmp_path):
    stored = {n: torch.nn.Parameter(v.bfloat16()) for n, v in tensors(torch).items()}
    torch.save(stored, tmp_path / "g.pth")
    same(read_weights(tmp_path / "g.pth")[""], {n: v.detach().float() for n, v in stored.items()})


def test_a_state_dict_in_a_dict(torch, tmp_path):
    path = tmp_path / "g.pt"
    content = {
        "epoch": 7,
        "names": ["a"],
        "G": tensors(torch),
        "optim": {"state": {0: {"step": 1}}},
    }
    torch.save(content, path)
    found = read_weights(path)
    assert list(found) == ["G"]
    same(found["G"])
    torch.save({"nets": {"G": tensors(torch), "D": {"x": torch.zeros(2)}}}, path)
    assert list(read_weights(path)) == ["nets.G", "nets.D"]
    known, arrays = read_generator(path)
    assert known.system == "stargan"
    same(arrays)


def test_several_generators_in_a_file(torch, tmp_path):
    path = tmp_path / "g.pth"
    torch.save({"netG": tensors(torch), "ema": tensors(torch)}, path)
    with pytest.raises(OfficialCheckpointError, match=r"several generators \(netG, ema\): save"):
        read_generator(path)


@pytest.mark.parametrize("zipped", [True, False])
def test_pickled_modules_are_not_opened(torch, tmp_path, zipped):
    path = tmp_path / "best.pth"
    torch.save(AutoEncoder(), path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(OfficialCheckpointError) as raised:
        read_weights(path)
    message = str(raised.value)
    assert f"contains an object of {__name__}.AutoEncoder" in message
    script = [line.strip() for line in message.splitlines() if line.startswith("  ")]
    assert len(script) == 3
    for line in script:
        compile(line, "message", "exec")
    assert 'torch.save(module.state_dict(), "best_weights.pth")' in script


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xff\xd8\xff\xe0" + bytes(2000), "is damaged, or was not saved by torch.save"),
        (b"PK\x03\x04" + bytes(100), "is damaged, or was not saved by torch.save"),
        (b"hello, world", "is damaged, or was not saved by torch.save"),
    ],
)
def test_files_of_another_kind(torch, tmp_path, content, message):
    path = tmp_path / "g.pth"
    path.write_bytes(content)
    with pytest.raises(OfficialCheckpointError, match=message):
        read_weights(path)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_cut_short_anywhere(torch, tmp_path, zipped):
    path = tmp_path / "g.pth"
    torch.save(tensors(torch), path, _use_new_zipfile_serialization=zipped)
    whole = path.read_bytes()
    for length in range(1, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:length])
        with pytest.raises(OfficialCheckpointError, match="damaged"):
            read_weights(path)


def test_safetensors_cut_short_or_of_another_kind(safetensors, tmp_path):
    path = write_safetensors(tmp_path / "g.safetensors", ARRAYS)
    whole = path.read_bytes()
    for content in (whole[:4], whole[:40], whole[:-1], b"hello, world", whole + b"\0"):
        path.write_bytes(content)
        with pytest.raises(OfficialCheckpointError, match="is damaged, or not a .safetensors file"):
            read_weights(path)


def test_other_objects_have_no_arrays(torch, tmp_path):
    for content in ([1, 2], {"epoch": 3}, torch.zeros(2)):
        torch.save(content, tmp_path / "g.pth")
        with pytest.raises(OfficialCheckpointError, match="Found: no arrays"):
            read_generator(tmp_path / "g.pth")


def test_what_is_not_known_is_listed(safetensors, tmp_path):
    arrays = {f"layer.{i}": np.zeros((3, i), np.float32) for i in range(8)}
    path = write_safetensors(tmp_path / "g.safetensors", arrays)
    with pytest.raises(OfficialCheckpointError) as raised:
        read_generator(path)
    assert "Found: layer.0 [3, 0], layer.1 [3, 1]" in str(raised.value)
    assert "and 2 more." in str(raised.value)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("main.0.weight", "conv1.weight", "conv2.weight"), "StarGAN's discriminator; give the"),
        (("conv_layers.0.0.weight", "proj_layers.0.weight"), "a discriminator or classifier of Fa"),
        (("model.0.weight", "model.2.weight"), "CycleGAN's discriminator; give a generator"),
        (("model.model.0.weight",), "a U-Net of pix2pix"),
    ],
)
def test_other_networks_are_named(safetensors, tmp_path, names, message):
    arrays = {name: np.zeros((4, 3, 4, 4), np.float32) for name in names}
    path = write_safetensors(tmp_path / "d.safetensors", arrays)
    with pytest.raises(OfficialCheckpointError, match=f"contains no generator, but {message}"):
        read_generator(path)


@pytest.mark.parametrize(
    ("package", "name", "extra"),
    [("torch", "g.pth", "torch"), ("safetensors", "g.safetensors", "safetensors")],
)
def test_missing_packages_are_named(tmp_path, monkeypatch, package, name, extra):
    write_safetensors(tmp_path / name, ARRAYS)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"pip install 'stgan-tf\[{extra}\]'"):
        read_weights(tmp_path / name)


def test_no_file(tmp_path):
    with pytest.raises(OfficialCheckpointError, match="No file"):
        read_weights(tmp_path / "g.pth")
