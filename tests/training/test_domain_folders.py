"""Whole small runs on domain folders: attributes from the folders, the edits, every test image."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf
from small_runs import write_classifier

from stgan_tf.config.data import DataConfig
from stgan_tf.editing.editor import Editor
from stgan_tf.evaluation.evaluate_run import evaluate_run
from stgan_tf.runtime.exportable import load_exportable
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.training.session import train

CYCLEGAN = CycleGANSettings(
    generator_width=2, residual_blocks=1, discriminator_layers=2, discriminator_width=2
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def folders(tmp_path):
    """folders("summer", ...) -> train/<domain> of 6 and test/<domain> of 3 images, all sizes."""

    def make(*domains):
        rng = np.random.default_rng(0)
        for split, count in (("train", 6), ("test", 3)):
            for domain in domains:
                folder = tmp_path / "seasons" / split / domain
                folder.mkdir(parents=True)
                for i in range(count):
                    pixels = rng.integers(0, 256, (20 + 3 * i, 30, 3), dtype=np.uint8)
                    tf.keras.utils.save_img(folder / f"{i}.png", pixels, scale=False)
        return str(tmp_path / "seasons")

    return make


def trained(config, run_dir, data_dir):
    data = DataConfig(dataset="domains", data_dir=data_dir, crop="none", image_size=32)
    training = dataclasses.replace(config.training, batch_size=2, num_iterations=2)
    if config.system == "cyclegan":
        data = dataclasses.replace(data, attributes=("winter",))
    config = dataclasses.replace(config, data=data, training=training)
    assert train(config, run_dir, tf.distribute.get_strategy())
    return Config.read(run_dir / "config.json").data


@pytest.mark.parametrize("system", ["stgan", "cyclegan"])
def test_two_domains_are_trained_and_measured(folders, tiny_config, tmp_path, system):
    config = tiny_config
    if system == "cyclegan":
        data = dataclasses.replace(config.data, attributes=("Male",))
        config = dataclasses.replace(config, system=system, data=data, settings=CYCLEGAN)
    recorded = trained(config, tmp_path / "run", folders("summer", "winter"))
    assert recorded.attributes == ("winter",)
    assert (recorded.dataset, recorded.split) == ("domains", "partition")
    assert len(list((tmp_path / "run" / "samples").glob("*.png"))) == 1
    judge = write_classifier(tmp_path / "judge", ("winter",), crop="none")
    report, _ = evaluate_run(tmp_path / "run", judge, sweep_images=0, batch_size=4)
    assert report["measurements"]["images"] == 6
    assert report["provenance"]["split_images"] == 6
    assert json.loads((tmp_path / "run" / "config.json").read_text())["data"]["attributes"] == [
        "winter"
    ]


def test_four_domains_exclude_each_other(folders, tiny_config, tmp_path):
    domains = ("autumn", "spring", "summer", "winter")
    recorded = trained(tiny_config, tmp_path / "run", folders(*domains))
    assert recorded.attributes == domains
    assert recorded.exclusive_attributes
    judge = write_classifier(tmp_path / "judge", domains, crop="none")
    report, _ = evaluate_run(tmp_path / "run", judge, sweep_images=2, batch_size=5)
    assert report["measurements"]["images"] == 12
    described = load_exportable(tmp_path / "run").description
    assert described.conflicts["winter"] == ("autumn", "spring", "summer")
    editor = Editor(tmp_path / "run", "none")
    images = np.random.default_rng(1).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    edited = editor.edit(images, {"winter": 1}, source={"summer": 1})
    same = editor.edit(images, {"winter": 1, "summer": -1}, source={"summer": 1})
    np.testing.assert_array_equal(edited, same)
    assert (edited != editor.edit(images, {"winter": 1}, source={"winter": 1})).any()


def test_stargan_tells_one_of_three_domains(folders, tiny_config, tmp_path):
    settings = StarGANSettings(
        generator_width=4,
        residual_blocks=1,
        discriminator_layers=2,
        discriminator_width=2,
        critic_steps_per_generator_step=1,
        attribute_softmax=True,
    )
    data = DataConfig(attributes=("a", "b"), exclusive_attributes=True)
    config = dataclasses.replace(tiny_config, system="stargan", data=data, settings=settings)
    domains = ("autumn", "summer", "winter")
    assert trained(config, tmp_path / "run", folders(*domains)).attributes == domains
