import dataclasses

import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.config.training import TrainingConfig
from stgan_tf.options import ConfigError
from stgan_tf.systems.registry import settings_type, system_names
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings


def test_json_round_trip(tmp_path):
    config = Config(
        data=DataConfig(attributes=("Bald", "Young"), image_size=64, crop="official"),
        training=TrainingConfig(learning_rate=1e-4, seed=7),
    )
    config.write(tmp_path / "config.json")
    assert Config.read(tmp_path / "config.json") == config


def test_missing_file_says_what_is_needed(tmp_path):
    with pytest.raises(FileNotFoundError, match="run folder"):
        Config.read(tmp_path / "config.json")


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ('{"version": 2, "system": "stgan", "dat": {}}', "dat"),
        ('{"data": {"image_sise": 64}}', "image_sise"),
        ('{"version": 2, "system": "stgan", "settings": {"width": 64}}', "width"),
        ('{"version": 2, "system": "attgan"}', "system"),
        ('{"version": 3}', "run_dir"),
    ],
)
def test_unknown_sections_and_fields(text, flag):
    with pytest.raises(ConfigError, match=flag) as error:
        Config.from_json(text)
    assert error.value.flag == flag


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (DataConfig, "attributes", ()),
        (DataConfig, "attributes", ("Bald", "Bald")),
        (DataConfig, "image_size", 4),
        (DataConfig, "image_size", 64.0),
        (DataConfig, "image_size", True),
        (DataConfig, "dataset", "celeba"),
        (DataConfig, "resize", "pad"),
        (DataConfig, "load_size", 127),
        (DataConfig, "split", "random"),
        (DataConfig, "split_fractions", (0.5, 0.1, 0.1)),
        (DataConfig, "split_fractions", (0.5, 0.5)),
        (DataConfig, "split_fractions", (1.5, -0.5, 0.0)),
        (STGANSettings, "shortcut_layers", 5),
        (STGANSettings, "reconstruction_weight", float("nan")),
        (STGANSettings, "adversarial_loss", "hinge"),
        (TrainingConfig, "batch_size", 0),
        (TrainingConfig, "adam_beta_1", 1.0),
    ],
)
def test_wrong_values_name_their_flag(kind, field, value):
    with pytest.raises(ConfigError, match=f"--{field}"):
        kind(**{field: value})


def test_numbers_and_lists_from_json_take_the_fields_type():
    assert type(STGANSettings(reconstruction_weight=20).reconstruction_weight) is float
    assert DataConfig(attributes=["Bald"]).attributes == ("Bald",)


def test_image_size_must_fit_the_layers():
    with pytest.raises(ConfigError, match="divisible by 2"):
        Config(data=DataConfig(image_size=72))


def test_single_edits_need_attributes_that_do_not_exclude_each_other():
    training = TrainingConfig(single_edits=0.5)
    names = ("Black_Hair", "Blond_Hair")
    with pytest.raises(ConfigError, match="single_edits.*must be 0 for mutually .* Received: 0.5"):
        Config(data=DataConfig(attributes=names, exclusive_attributes=True), training=training)
    Config(data=DataConfig(attributes=names), training=training)


def test_faces_are_cropped_and_pictures_are_whole_by_default():
    faces = DataConfig()
    assert (faces.crop, faces.resize, faces.load_size) == ("celeba", "", 0)
    pictures = DataConfig(dataset="domains")
    assert (pictures.crop, pictures.resize) == ("none", "stretch")
    # What was given, or recorded by a run, stays.
    given = DataConfig(dataset="domains", crop="celeba", resize="cover")
    assert (given.crop, given.resize) == ("celeba", "cover")


def test_random_squares_may_be_as_large_as_the_image():
    assert DataConfig(image_size=128, load_size=128).load_size == 128
    with pytest.raises(ConfigError, match="at least --image_size=128, .* Received: 64"):
        DataConfig(image_size=128, load_size=64)


def test_every_option_is_documented():
    for section in (DataConfig, TrainingConfig, *map(settings_type, system_names())):
        for field in dataclasses.fields(section):
            assert field.metadata["help"].endswith("."), field.name
