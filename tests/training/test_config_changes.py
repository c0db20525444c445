"""What a run may be continued with."""

import dataclasses
import json

import pytest

from stgan_tf.options import ConfigError
from stgan_tf.systems.registry import find_system, system_names
from stgan_tf.systems.run_config import Config
from stgan_tf.training import config_changes
from stgan_tf.training.config_changes import changes_that_matter, require_same_run
from stgan_tf.training.run_folder import prepare_run_folder

RUN = Config()


def changed(section, **fields):
    part = dataclasses.replace(getattr(RUN, section), **fields)
    return dataclasses.replace(RUN, **{section: part})


@pytest.fixture
def run_dir(tmp_path):
    """A run folder that counts as started."""
    prepare_run_folder(tmp_path, RUN)
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "iteration-30.index").touch()
    return tmp_path


def test_how_long_and_where_are_free(run_dir):
    new = changed("training", num_iterations=5, checkpoint_every=7, keep_checkpoints=1)
    assert not changes_that_matter(RUN, new)
    prepare_run_folder(run_dir, new)
    assert Config.read(run_dir / "config.json") == new
    assert not (run_dir / "changes.jsonl").exists()


def test_all_differences_are_listed(run_dir):
    new = dataclasses.replace(
        changed("training", learning_rate=1e-4, seed=3),
        settings=dataclasses.replace(RUN.settings, reconstruction_weight=20.0),
    )
    with pytest.raises(ConfigError) as error:
        prepare_run_folder(run_dir, new)
    for text in (
        "--reconstruction_weight: 100.0 -> 20.0",
        "--learning_rate: 0.0002 -> 0.0001",
        "--seed: 0 -> 3",
        "add --force",
    ):
        assert text in str(error.value)
    assert Config.read(run_dir / "config.json") == RUN


def test_force_takes_the_harmless_and_records_them(run_dir):
    new = changed("training", learning_rate=1e-4, batch_size=16)
    prepare_run_folder(run_dir, new, force=True)
    assert Config.read(run_dir / "config.json") == new
    entry = json.loads((run_dir / "changes.jsonl").read_text())
    assert entry["checkpoint"] == "iteration-30"
    assert entry["changes"] == {"learning_rate": [2e-4, 1e-4], "batch_size": [32, 16]}
    prepare_run_folder(run_dir, new, force=True)  # no change, no line
    prepare_run_folder(run_dir, RUN, force=True)
    assert len((run_dir / "changes.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("section", "fields"),
    [
        ("settings", {"encoder_width": 32}),
        ("settings", {"use_stu": False, "shortcut_layers": 1}),
        ("settings", {"label_mode": "target"}),
        ("settings", {"batch_norm_momentum": 0.9}),
        ("data", {"image_size": 64}),
        ("data", {"attributes": ("Bald",)}),
        ("data", {"split": "partition"}),
        ("settings", {"adversarial_loss": "lsgan"}),
        ("settings", {"critic_steps_per_generator_step": 1}),
    ],
)
def test_force_never_takes_these(run_dir, section, fields):
    new = dataclasses.replace(changed(section, **fields))
    with pytest.raises(ConfigError, match=r"\(never\).*even with --force"):
        prepare_run_folder(run_dir, new, force=True)
    assert Config.read(run_dir / "config.json") == RUN


def test_lists_name_fields_that_exist():
    for lists in (config_changes._FREE, config_changes._FORCEABLE):
        for section, names in lists.items():
            known = {field.name for field in dataclasses.fields(getattr(RUN, section))}
            assert names <= known
    for name in system_names():
        system = find_system(name)
        known = {field.name for field in dataclasses.fields(system.settings_type)}
        assert system.forceable <= known


def test_another_system_is_another_run(run_dir):
    with pytest.raises(ConfigError, match=r"--system: .stgan. -> .stargan. \(never\)"):
        prepare_run_folder(run_dir, Config(system="stargan"), force=True)


def test_without_checkpoints_anything_may_change(tmp_path):
    prepare_run_folder(tmp_path, RUN)
    prepare_run_folder(tmp_path, changed("settings", encoder_width=8))
    assert Config.read(tmp_path / "config.json").settings.encoder_width == 8


def test_nothing_to_refuse():
    require_same_run([], "run", force=False)


def test_file_in_place_of_the_run_folder(tmp_path):
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(ConfigError, match="must be a folder"):
        prepare_run_folder(tmp_path / "run", RUN)


def test_temporary_files_of_a_killed_process_are_removed(run_dir):
    for name in (".config-ab12.json", ".metrics-cd34.jsonl", ".mine"):
        (run_dir / name).touch()
    prepare_run_folder(run_dir, RUN)
    assert [path.name for path in run_dir.glob(".*")] == [".mine"]
