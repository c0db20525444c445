"""The flag files in flags/ are complete configurations of what their names say."""

import dataclasses
import sys
from pathlib import Path

import pytest
from absl import flags

from stgan_tf.options import ConfigError
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.run_flags import config_from_flags, define_run_flags
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.systems.stgan.settings import STGANSettings

FOLDER = Path(__file__).parents[2] / "flags"
#: The flags of stgan_tf.train; those of the classifier are tested with its command.
FILES = sorted(set(FOLDER.rglob("*.cfg")) - set(FOLDER.glob("classifier*.cfg")))

if "reconstruction_weight" not in flags.FLAGS:
    define_run_flags()


@pytest.fixture
def parse(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])

    def parsed(*arguments):
        flags.FLAGS.unparse_flags()
        for name in list(flags.FLAGS):
            flags.FLAGS[name].unparse()
        flags.FLAGS([sys.argv[0], *arguments])
        return config_from_flags()

    yield parsed
    parsed()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_parses(parse, path):
    config = parse(f"--flagfile={path}")
    assert Config.from_json(config.to_json()) == config


def test_celeba_is_the_default_configuration_but_for_what_is_written(parse):
    config = parse("--flagfile=flags/celeba.cfg")
    default = Config()
    assert config.data == default.data
    assert (config.system, config.settings) == (default.system, default.settings)
    assert config.training.learning_rate == 2e-4
    assert config.settings.critic_steps_per_generator_step == 5


def test_seasons_take_the_names_of_the_folders_that_are_added(parse, tmp_path):
    """summer2winter, 256 px crops of 286, mirrored: CycleGAN's preparation of the paper's STGAN."""
    assert parse("--flagfile=flags/seasons.cfg").data.attributes == ()
    for name in ("trainA", "trainB", "testA", "testB"):
        (tmp_path / name).mkdir()
    config = parse("--flagfile=flags/seasons.cfg", f"--data_dir={tmp_path}")
    data, paper = config.data, Config()
    assert (data.attributes, data.split) == (("B",), "partition")
    assert (data.crop, data.resize, data.load_size, data.image_size) == (
        "none",
        "stretch",
        286,
        256,
    )
    assert data.horizontal_flip and config.settings == paper.settings
    drawn = parse("--flagfile=flags/seasons_drawn.cfg")
    assert drawn.data.attributes == ("winter",)
    schedule = (drawn.training.num_iterations, drawn.training.decay_after_iterations)
    assert schedule == (6500, 5400)  # an hour, not the 200 epochs of the default


@pytest.mark.parametrize(("name", "skips"), [("ed", 0), ("1skip", 1), ("2skips", 2), ("unet", 4)])
def test_attgan_variants(parse, name, skips):
    settings = parse(f"--flagfile=flags/attgan_{name}.cfg").settings
    assert (settings.use_stu, settings.label_mode) == (False, "target")
    assert settings.shortcut_layers == skips


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("target", {"label_mode": "target"}),
        ("gru", {"stu_state": "gru"}),
        ("conv", {"skip_unit": "conv"}),
        ("conv_res", {"skip_unit": "conv", "skip_residual": True}),
        ("res", {"skip_residual": True}),
        ("gru_res", {"stu_state": "gru", "skip_residual": True}),
    ],
)
@pytest.mark.parametrize("folder", ["flags", "flags/compare"])
def test_ablations_change_nothing_else(parse, folder, name, changes):
    whole = parse(f"--flagfile={folder}/{'celeba' if folder == 'flags' else 'stgan'}.cfg")
    if "skip_unit" in changes and folder != "flags":
        changes = {**changes, "stu_inject_layers": 3}  # all: there is no state with the label
    ablation = parse(f"--flagfile={folder}/stgan_{name}.cfg")
    settings = dataclasses.replace(whole.settings, **changes)
    assert ablation == dataclasses.replace(whole, settings=settings)


def test_values_are_commented():
    """Every flag file says where its values come from."""
    for path in FILES:
        lines = path.read_text().splitlines()
        assert lines[0].startswith("# "), path
        comments = sum(line.startswith("#") for line in lines)
        assert comments >= 2, path


def test_flags_that_are_left_out_take_the_continued_runs_values(parse):
    run = parse("--image_size=64", "--stu_state=gru", "--attributes=Bald,Male", "--use_stu=false")
    parse("--attributes=Young", "--learning_rate=0.001")
    config = config_from_flags(run)
    assert (config.data.image_size, config.settings.stu_state) == (64, "gru")
    assert not config.settings.use_stu
    assert config.data.attributes == ("Young",)
    assert config.training.learning_rate == 0.001


def test_settings_of_another_system_are_refused(parse):
    with pytest.raises(ConfigError, match="--stu_state: is a setting of stgan, not of stargan"):
        parse("--system=stargan", "--stu_state=gru")
    with pytest.raises(ConfigError, match="--system: must be one of .*Received: 'attgan'"):
        parse("--system=attgan")


def test_a_setting_takes_the_default_of_its_system(parse):
    assert parse("--system=stargan").settings == StarGANSettings()
    assert parse().settings == STGANSettings()


def test_another_split_sets_a_flag_files_fractions_aside(parse):
    data = parse("--flagfile=flags/celeba_sample.cfg", "--split=partition").data
    assert (data.split, data.split_fractions) == ("partition", Config().data.split_fractions)
    with pytest.raises(ConfigError, match="needs --split=fractions"):
        parse("--split_fractions=0.8,0.1,0.1")


def test_photos_are_not_replaced_by_drawn_faces(parse):
    """flags/celeba_sample.cfg builds on a flag file of drawn faces."""
    for name in ("celeba_sample", "celeba_sample_attgan_1skip"):
        data = parse(f"--flagfile=flags/{name}.cfg").data
        assert data.dataset == "folder"
        with pytest.raises(ConfigError, match="data_dir"):
            data.require_source()
