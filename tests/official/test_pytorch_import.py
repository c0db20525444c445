"""Runs made of the generators of official PyTorch codes: they edit as those do."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf
from official.pytorch_files import (
    cyclegan_shapes,
    fadernet_shapes,
    part_of,
    random_arrays,
    stargan_shapes,
    write_safetensors,
)
from system_fixtures import edits_bound, fixtures_of, read_fixture

from stgan_tf.config.data import DataConfig
from stgan_tf.official.checkpoint_files import OfficialCheckpointError
from stgan_tf.official.pytorch.importing import GeneratorFile, import_generator, is_generator_file
from stgan_tf.official.pytorch.options import FileOptions
from stgan_tf.official.run_import import describe_import, import_checkpoint
from stgan_tf.official.torch_arrays import images as nhwc
from stgan_tf.options import ConfigError
from stgan_tf.synthetic.faces import write_dataset
from stgan_tf.training.run_folder import load_run
from stgan_tf.training.session import train

pytestmark = pytest.mark.filterwarnings("error")
SMALL_FADER = fadernet_shapes(2, 4, 2, 0, 2)


@pytest.fixture(autouse=True, scope="module")
def _safetensors():
    pytest.importorskip("safetensors")


def names_of(count):
    """In the order that FaderNetworks sorts them into."""
    return tuple(f"a{i:02}" for i in range(count))


def imported(tmp_path, arrays, options, other=None):
    """The run made of a state dict, and of the second generator's."""
    path = write_safetensors(tmp_path / "generator.safetensors", arrays)
    if other is not None:
        second = write_safetensors(tmp_path / "other.safetensors", other)
        options = dataclasses.replace(options, other_generator=str(second))
    record = import_checkpoint(GeneratorFile(path, options), tmp_path / "run")
    return load_run(tmp_path / "run"), record


def require_equal(fixture, run, name, images, labels):
    """The run's edits of the file's images against its array `name`; float32 against what the file
    has.
    """
    images = tf.constant(nhwc(images), tf.float32)
    edited = run.network([images, tf.constant(labels, tf.float32)])
    np.testing.assert_allclose(edited, nhwc(fixture[name]), atol=edits_bound(fixture), rtol=0)


@pytest.mark.parametrize("path", fixtures_of("StarGAN"))
def test_stargan_edits_as_the_official_code_does(path, tmp_path):
    fixture = read_fixture(path)
    config = fixture.config
    options = FileOptions(names_of(config["c_dim"]), config["image_size"])
    run, record = imported(tmp_path, part_of(fixture, "w0.G."), options)
    assert record["new"] == ["discriminator"]
    settings = run.config.settings
    assert settings.generator_width == config["g_conv_dim"]
    assert settings.residual_blocks == config["g_repeat_num"]
    assert run.network.count_params() == sum(
        fixture[name].size
        for name in fixture.names("w0.G.")
        if "running" not in name and "num_batches" not in name
    )
    edits = len(fixture.names("edit.out_"))
    assert edits
    for i in range(edits):
        labels = fixture[f"edit.c_trg_{i}"]
        require_equal(fixture, run, f"edit.out_{i}", fixture["in.x_real"], labels)


def values_of(name, count):
    """The attributes that stand for an official one of `count` values, as --attributes has them."""
    return name if count == 2 else "+".join(f"{name}_{value}" for value in range(1, count))


def labels_of(columns, counts):
    """Labels of the official columns: those of each attribute but the first."""
    starts = np.cumsum([0, *counts[:-1]])
    return np.delete(columns, starts, axis=1)


@pytest.mark.parametrize("path", fixtures_of("FaderNetworks"))
def test_fadernet_edits_as_the_official_code_does(path, tmp_path):
    fixture = read_fixture(path)
    config = fixture.config
    names = [values_of(name, count) for name, count in config["attr"]]
    booleans = [name for name in names if "+" not in name]
    options = FileOptions((*booleans[::-1], *names[len(booleans) :]), config["img_sz"])
    run, record = imported(tmp_path, part_of(fixture, "w0.ae."), options)
    assert record["new"][0] == "latent_discriminator"
    assert list(run.config.data.attributes) == "+".join(names).split("+")
    settings = run.config.settings
    assert settings.num_layers == config["n_layers"]
    assert settings.shortcut_layers == config["n_skip"]
    assert settings.decoder_upsampling == config["deconv_method"]
    edits = len(fixture.names("edit.out_"))
    assert edits
    counts = [count for _, count in config["attr"]]
    for i in range(edits):
        labels = labels_of(fixture[f"edit.y_{i}"], counts)
        require_equal(fixture, run, f"edit.out_{i}", fixture["edit.x"], labels)


def test_attributes_of_several_values_are_groups_behind_the_others(tmp_path):
    # Columns: Male and Young (2 each), a category of 3 values and one of 4.
    arrays = random_arrays(fadernet_shapes(2, 4, 2, columns=11))
    names = ("Old+Grey+Bald", "Young", "Black_Hair+Blond_Hair", "Male")
    run, _ = imported(tmp_path, arrays, FileOptions(names, 32))
    assert run.config.data.attributes == (
        *("Male", "Young", "Black_Hair", "Blond_Hair"),
        *("Old", "Grey", "Bald"),
    )
    assert run.config.settings.attribute_groups == ("Black_Hair+Blond_Hair", "Old+Grey+Bald")
    assert run.network.categories.sizes == (2, 2, 3, 4)
    # The official columns for: Male, not Young, the third value of the first, the first of the
    # other.
    images = tf.random.stateless_uniform((1, 32, 32, 3), (1, 2), -1, 1)
    columns = tf.constant([[0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0]], tf.float32)
    labels = tf.constant([[1, 0, 0, 1, 0, 0, 0]], tf.float32)
    expected = run.network.decode_columns(run.network.encode(images), columns)
    np.testing.assert_array_equal(run.network([images, labels]), expected)


@pytest.mark.parametrize("direction", ["AtoB", "BtoA"])
@pytest.mark.parametrize("path", fixtures_of("CycleGAN"))
def test_cyclegan_edits_as_the_official_code_does(path, direction, tmp_path):
    """With direction BtoA the attribute is what domain A has."""
    fixture = read_fixture(path)
    options = FileOptions(("winter",), fixture["in.A"].shape[2], direction=direction)
    generators = [part_of(fixture, f"w1.G_{domain}.") for domain in "AB"]
    run, record = imported(tmp_path, generators[0], options, generators[1])
    assert record["new"] == ["discriminator_a", "discriminator_b"]
    label = float(direction == "AtoB")
    for domain, target, wanted in (("A", "B", label), ("B", "A", 1 - label)):
        images = fixture[f"in.{domain}"]
        labels = np.full((len(images), 1), wanted)
        require_equal(fixture, run, f"edit.fake_{target}_after", images, labels)


def test_one_generator_of_cyclegan_is_enough(tmp_path):
    arrays = random_arrays(cyclegan_shapes(2, 1))
    run, record = imported(tmp_path, arrays, FileOptions(("winter",), 64))
    assert run.network.generator_a.sequence[1].kernel.numpy().min() > 0  # the file's
    assert (run.config.data.crop, run.config.data.resize) == ("none", "stretch")
    assert record["new"][0].startswith("the generator of BtoA")
    text = describe_import(record, tmp_path / "run")
    assert "new and untrained: the generator of BtoA (its edits are noise until it is" in text


def test_running_statistics_of_instance_norms_are_passed_over(tmp_path):
    for shapes, places, options in (
        (cyclegan_shapes(2, 1), ("model.2", "model.10.conv_block.2"), FileOptions(("a",), 64)),
        (stargan_shapes(2, 2, 1), ("main.1", "main.9.main.1"), FileOptions(names_of(2), 64)),
    ):
        arrays = random_arrays(shapes)
        for place in places:
            arrays[f"{place}.running_mean"] = np.full(2, np.nan, np.float32)
            arrays[f"{place}.running_var"] = np.ones(2, np.float32)
            arrays[f"{place}.num_batches_tracked"] = np.int64(3)
        path = write_safetensors(tmp_path / "g.safetensors", arrays)
        model = import_generator(GeneratorFile(path, options))
        assert model.variables == len(shapes)


def test_files_of_torch_save_become_the_same_run(tmp_path):
    torch = pytest.importorskip("torch")
    arrays = random_arrays(SMALL_FADER)
    options = FileOptions(("Male", "Young"), 32)
    run, _ = imported(tmp_path, arrays, options)
    module = {f"module.{name}": torch.tensor(array) for name, array in arrays.items()}
    torch.save({"ae": module, "n_epoch": 3}, tmp_path / "best.pth")
    import_checkpoint(GeneratorFile(tmp_path / "best.pth", options), tmp_path / "other")
    for ours, theirs in zip(
        run.network.variables, load_run(tmp_path / "other").network.variables, strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_the_configuration_is_the_official_codes(tmp_path):
    path = write_safetensors(tmp_path / "g.safetensors", random_arrays(SMALL_FADER))
    config = import_generator(GeneratorFile(path, FileOptions(names_of(2)))).config
    assert (config.data.image_size, config.data.crop) == (256, "20,0,178,178")
    assert config.data.crop_frame == (218, 178)
    assert config.training.clip_gradient_norm == 5
    options = FileOptions(names_of(2), 64, "none")
    config = import_generator(GeneratorFile(path, options), "faces").config
    assert config.data == DataConfig(
        "faces", attributes=names_of(2), image_size=64, crop="none", horizontal_flip=True
    )


@pytest.mark.slow
def test_training_goes_on_with_a_new_discriminator(tmp_path, eager_steps):
    run, _ = imported(tmp_path, random_arrays(SMALL_FADER), FileOptions(("Male", "Young"), 32))
    assert run.step == 0
    before = [variable.numpy() for variable in run.network.trainable_variables]
    write_dataset(tmp_path / "faces", 12, seed=3, num_processes=1)
    data = dataclasses.replace(run.config.data, data_dir=str(tmp_path / "faces"))
    training = dataclasses.replace(
        run.config.training, num_iterations=1, batch_size=2, sample_every=0
    )
    config = dataclasses.replace(run.config, data=data, training=training)
    assert train(config, tmp_path / "run", tf.distribute.get_strategy(), force=True)
    after = load_run(tmp_path / "run")
    assert after.step == 1
    for old, variable in zip(before, after.network.trainable_variables, strict=True):
        assert np.abs(variable - old).max() < 1e-3, variable.path


def test_the_same_import_again_changes_nothing(tmp_path):
    arrays = random_arrays(SMALL_FADER)
    options = FileOptions(("Male", "Young"), 32)
    _, record = imported(tmp_path, arrays, options)
    assert record["written"]
    assert json.loads((tmp_path / "run" / "official_import.json").read_text())["variables"] == 14
    _, again = imported(tmp_path, arrays, options)
    assert again == {**record, "written": False}
    with pytest.raises(OfficialCheckpointError, match="not imported from .* with these options"):
        imported(tmp_path, arrays, FileOptions(("Male", "Smiling"), 32))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"enc_layers.0.0.bias": None}, "but it lacks enc_layers.0.0.bias. Was it"),
        ({"enc_layers.9.9.bias": np.zeros(2)}, "but it also has enc_layers.9.9.bias"),
        ({"enc_layers.0.0.bias": np.zeros(3)}, r"wrong shapes for enc_layers.0.0.bias \[3\]"),
        ({"enc_layers.0.0.bias": np.zeros((2, 1))}, r"enc_layers.0.0.bias \[2, 1\]"),
        ({"dec_layers.1.0.weight": np.zeros(3)}, r"with shape \[3\] instead of rank 4"),
        ({"enc_layers.0.0.bias": np.float32([1, np.nan])}, "has 1 non-finite value .* in "),
        ({"enc_layers.0.0.bias": np.float64([1e300, np.inf])}, "has 2 non-finite values .* in "),
        ({"enc_layers.0.0.bias": np.int64([1, 2])}, "must contain floats. Received: int64"),
    ],
)
def test_what_does_not_fit_leaves_nothing(tmp_path, change, message):
    arrays = {**random_arrays(SMALL_FADER), **change}
    arrays = {name: array for name, array in arrays.items() if array is not None}
    with pytest.raises(OfficialCheckpointError, match=message):
        imported(tmp_path, arrays, FileOptions(("Male", "Young"), 32))
    assert [path.name for path in tmp_path.iterdir()] == ["generator.safetensors"]


@pytest.mark.parametrize(
    ("shapes", "options", "other", "message"),
    [
        (SMALL_FADER, FileOptions(), None, r"have 4 label columns.*none, for 0 columns"),
        (
            SMALL_FADER,
            FileOptions(("a", "b+"), 32),
            None,
            r"--attributes: must be names, .* Received: a,b\+",
        ),
        (SMALL_FADER, FileOptions(("a+b",), 32), None, r"have 4 label.* a\+b, for 3 columns"),
        (
            SMALL_FADER,
            FileOptions(("a", "a"), 32),
            None,
            "--attributes: must be distinct names",
        ),
        (SMALL_FADER, FileOptions(("a", "b"), 48), None, "--image_size: must be a power of 2"),
        (SMALL_FADER, FileOptions(("a", "b"), 32, "left"), None, "--crop"),
        (SMALL_FADER, FileOptions(("a", "b"), 32), SMALL_FADER, "--other_generator: is for Cycle"),
        (
            cyclegan_shapes(2, 1),
            FileOptions(("a",), 64),
            cyclegan_shapes(2, 2),
            "--other_generator: must have the same residual_blocks as the first, 1. Received: .* 2",
        ),
        (
            cyclegan_shapes(2, 1),
            FileOptions(("a",), 64),
            SMALL_FADER,
            "--other_generator: must contain CycleGAN's .* with FaderNetworks'",
        ),
    ],
)
def test_options_that_do_not_fit_leave_nothing(tmp_path, shapes, options, other, message):
    other = other and random_arrays(other)
    with pytest.raises(ConfigError, match=message):
        imported(tmp_path, random_arrays(shapes), options, other)
    assert not (tmp_path / "run").exists()


def test_a_second_file_that_is_not_there(tmp_path):
    options = FileOptions(("a",), 64, other_generator=str(tmp_path / "none.pth"))
    with pytest.raises(OfficialCheckpointError, match="No file .*none.pth"):
        imported(tmp_path, random_arrays(cyclegan_shapes(2, 1)), options)


def test_parts_of_tensorflow_checkpoints_are_no_generator_files(tmp_path):
    for name in ("a.ckpt.index", "a.ckpt.meta", "a.ckpt.data-00000-of-00001", "a.ckpt", "g.pth"):
        (tmp_path / name).write_bytes(b"x")
    found = {path.name for path in tmp_path.iterdir() if is_generator_file(path)}
    assert found == {"g.pth"}
    assert not is_generator_file(tmp_path)
