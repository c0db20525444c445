"""Whole small runs on domain folders: attributes from the folders, the edits, every test image."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from small_runs import write_classifier

from stgan_tf.attributes import likeliest
from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.editing.editor import Editor
from stgan_tf.evaluation.evaluate_run import evaluate_run
from stgan_tf.images import to_uint8
from stgan_tf.runtime.exportable import load_exportable
from stgan_tf.runtime.inputs import prepare_faces
from stgan_tf.systems.cyclegan.settings import CycleGANSettings
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stargan.settings import StarGANSettings
from stgan_tf.training.session import train

pytestmark = pytest.mark.usefixtures("eager_steps")

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


def trained(config, run_dir, data_dir, **options):
    data = DataConfig(dataset="domains", data_dir=data_dir, image_size=32, **options)
    training = dataclasses.replace(config.training, batch_size=2, num_iterations=2)
    if config.system == "cyclegan":
        data = dataclasses.replace(data, attributes=("winter",))
    config = dataclasses.replace(config, data=data, training=training)
    assert train(config, run_dir, tf.distribute.get_strategy())
    return Config.read(run_dir / "config.json").data


@pytest.mark.parametrize("system", ["stgan", pytest.param("cyclegan", marks=pytest.mark.slow)])
def test_two_domains_are_trained_and_measured(folders, tiny_config, tmp_path, system):
    config = tiny_config
    if system == "cyclegan":
        data = dataclasses.replace(config.data, attributes=("Male",))
        config = dataclasses.replace(config, system=system, data=data, settings=CYCLEGAN)
    recorded = trained(config, tmp_path / "run", folders("summer", "winter"))
    assert recorded.attributes == ("winter",)
    assert (recorded.dataset, recorded.split) == ("domains", "partition")
    assert (recorded.crop, recorded.resize) == ("none", "stretch")
    assert len(list((tmp_path / "run" / "samples").glob("*.png"))) == 1
    classifier = write_classifier(tmp_path / "classifier", ("winter",), crop="none")
    report, _ = evaluate_run(tmp_path / "run", classifier, sweep_images=0, batch_size=4)
    assert report["measurements"]["images"] == 6
    assert report["provenance"]["split_images"] == 6
    assert json.loads((tmp_path / "run" / "config.json").read_text())["data"]["attributes"] == [
        "winter"
    ]


@pytest.mark.slow
def test_four_domains_exclude_each_other(folders, tiny_config, tmp_path):
    domains = ("autumn", "spring", "summer", "winter")
    recorded = trained(tiny_config, tmp_path / "run", folders(*domains))
    assert recorded.attributes == domains
    assert recorded.exclusive_attributes
    classifier = write_classifier(tmp_path / "classifier", domains, crop="none")
    report, _ = evaluate_run(tmp_path / "run", classifier, sweep_images=2, batch_size=5)
    assert report["measurements"]["images"] == 12
    # The evaluation recognises what the editor does: one domain in each image.
    table = load_split(recorded, "test")
    (shown,) = evaluation_dataset(table, recorded, 12).as_numpy_iterator()
    probabilities = Editor(tmp_path / "run").classify(to_uint8(shown["images"]))
    recognised = (likeliest(probabilities) == table.attributes).mean(axis=0)
    assert list(report["measurements"]["classifier"]["accuracy"].values()) == recognised.tolist()
    described = load_exportable(tmp_path / "run").description
    assert described.conflicts["winter"] == ("autumn", "spring", "summer")
    editor = Editor(tmp_path / "run", "none")
    images = np.random.default_rng(1).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    edited = editor.edit(images, {"winter": 1}, source={"summer": 1})
    same = editor.edit(images, {"winter": 1, "summer": -1}, source={"summer": 1})
    np.testing.assert_array_equal(edited, same)
    assert (edited != editor.edit(images, {"winter": 1}, source={"winter": 1})).any()


@pytest.mark.slow
def test_pictures_are_prepared_alike_everywhere(folders, tiny_config, tmp_path):
    """Random crops in training; evaluation, the Editor and the description show all of a picture,
    filled up; each test image is measured once.
    """
    root = folders("summer", "winter")
    options = {"resize": "contain", "load_size": 36, "horizontal_flip": True}
    recorded = trained(tiny_config, tmp_path / "run", root, **options)
    assert (recorded.crop, recorded.resize, recorded.load_size) == ("none", "contain", 36)
    classifier = write_classifier(tmp_path / "classifier", ("winter",), crop="none")
    with pytest.raises(ValueError, match="with --resize=, the run with --resize=contain"):
        evaluate_run(tmp_path / "run", classifier, sweep_images=0)
    described = json.loads((classifier / "classifier.json").read_text())
    described["data"] = dataclasses.asdict(recorded)
    (classifier / "classifier.json").write_text(json.dumps(described))
    report, _ = evaluate_run(tmp_path / "run", classifier, sweep_images=0, batch_size=4)
    assert report["measurements"]["images"] == 6

    table = load_split(recorded, "test")
    (seen,) = evaluation_dataset(table, recorded, 6).as_numpy_iterator()
    run = load_exportable(tmp_path / "run", "none")
    editor = Editor(tmp_path / "run", "none")
    for path, pixels in zip(table.paths, seen["images"], strict=True):
        with Image.open(path) as image:
            picture = np.asarray(image)
        faces = prepare_faces(picture[None], 32, run.description.crop_rule)
        np.testing.assert_allclose(faces[0], pixels, atol=1e-5)
        expected = to_uint8(run.edit(pixels[None], np.zeros((1, 1), np.float32)).numpy()[0])
        difference = editor.reconstruct(picture).astype(int) - expected
        assert np.abs(difference).max() <= 1


@pytest.mark.slow
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
