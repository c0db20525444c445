"""The generator's settings: given as a whole or by name, checked, kept in its configuration."""

import dataclasses

import pytest

from stgan_tf.options import ConfigError
from stgan_tf.systems.stgan.generator import Generator
from stgan_tf.systems.stgan.generator_settings import GeneratorSettings
from stgan_tf.systems.stgan.settings import STGANSettings


def test_settings_are_the_papers_unless_given():
    assert Generator().settings == GeneratorSettings()
    settings = Generator(num_layers=3, encoder_width=8, stu_inject_layers=0).settings
    expected = {"shortcut_layers": 2, "inject_layers": 2, "stu_inject_layers": 0}
    assert settings == GeneratorSettings(num_layers=3, encoder_width=8, **expected)


def test_a_systems_settings_are_taken_whole():
    settings = STGANSettings(num_layers=4, shortcut_layers=3, inject_layers=0, stu_inject_layers=0)
    taken = Generator(settings).settings
    assert type(taken) is GeneratorSettings
    for name, value in dataclasses.asdict(taken).items():
        assert value == getattr(settings, name), name
    with pytest.raises(TypeError, match="Received: `settings` and encoder_width"):
        Generator(settings, encoder_width=8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"num_layers": 3, "shortcut_layers": 9},
            "shortcut_layers: must be at most .* Received: 9",
        ),
        ({"num_layers": 1}, "num_layers: must be between 2 and 8. Received: 1"),
        ({"num_layers": "5"}, "num_layers: must be int. Received: '5'"),
        ({"stu_state": "lstm"}, "stu_state: must be one of stu, gru, direct. Received: 'lstm'"),
        ({"use_stu": True, "shortcut_layers": 0}, "shortcut_layers: must be at least 1"),
    ],
)
def test_arguments_that_cannot_work_are_refused(arguments, message):
    with pytest.raises(ConfigError, match=message):
        Generator(**arguments)


def test_configurations_of_version_0_1_are_read():
    config = Generator(num_layers=3, encoder_width=8, batch_norm_momentum=0.5).get_config()
    assert Generator.from_config(config).settings == GeneratorSettings(
        num_layers=3,
        encoder_width=8,
        shortcut_layers=2,
        inject_layers=2,
        stu_inject_layers=2,
        batch_norm_momentum=0.5,
    )
    earlier = {name: value for name, value in config.items() if name != "synchronized"}
    del earlier["batch_norm_momentum"]
    assert Generator.from_config({**earlier, "batch_norm": None}).settings == GeneratorSettings(
        num_layers=3, encoder_width=8, shortcut_layers=2, inject_layers=2, stu_inject_layers=2
    )
    norm = {"momentum": 0.25, "synchronized": True}
    generator = Generator.from_config({**earlier, "batch_norm": norm})
    assert (generator.settings.batch_norm_momentum, generator.synchronized) == (0.25, True)
