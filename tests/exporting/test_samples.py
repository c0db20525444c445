"""Which images exports are compared on."""

import dataclasses
import logging

import numpy as np
import pytest
from small_runs import NAMES

from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_split
from stgan_tf.data.pipeline import evaluation_dataset
from stgan_tf.exporting.samples import load_samples
from stgan_tf.synthetic.faces import write_dataset
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings

SMALL = STGANSettings(num_layers=2, shortcut_layers=1, inject_layers=1, stu_inject_layers=1)
SMALL = dataclasses.replace(SMALL, discriminator_layers=2)


def config(**data):
    return Config(data=DataConfig(attributes=NAMES, image_size=16, **data), settings=SMALL)


def test_images_are_from_all_over_the_training_split(tmp_path):
    write_dataset(tmp_path / "faces", 12, num_processes=1, progress=False)
    run = config(
        data_dir=str(tmp_path / "faces"), split="fractions", split_fractions=(0.5, 0.25, 0.25)
    )
    table = load_split(run.data, "train")
    assert len(table) == 6
    batch = next(iter(evaluation_dataset(table, run.data, 6)))
    images, source = batch["images"].numpy(), batch["source_attributes"].numpy()
    samples = load_samples(run, 3)
    assert samples.origin == f"{tmp_path / 'faces'}, training split"
    rows = [
        int(np.argmin([np.abs(image - other).max() for other in images]))
        for image in samples.images
    ]
    assert sorted(rows) == [0, 2, 5]
    np.testing.assert_array_equal(samples.images, images[rows])
    np.testing.assert_array_equal(samples.source, source[rows])
    # Attribute i of image i is inverted, and nothing else.
    target = samples.source + samples.difference
    assert set(np.unique(target)) <= {0.0, 1.0}
    np.testing.assert_array_equal(np.abs(samples.difference), np.eye(4)[:3])
    first, others = samples.split(1)
    np.testing.assert_array_equal(first.images, samples.images[:1])
    np.testing.assert_array_equal(others.difference, samples.difference[1:])
    assert len(load_samples(run, 50).images) == 6


@pytest.mark.parametrize("crop", ["celeba", "none", "0,0,300,300"])
def test_faces_are_drawn_where_the_data_set_is_missing(crop, caplog):
    with caplog.at_level(logging.WARNING):
        samples = load_samples(config(data_dir="/nowhere", crop=crop), 2)
    assert samples.origin == "drawn faces"
    assert "(/nowhere) was not found" in caplog.text
    assert samples.images.shape == (2, 16, 16, 3) and samples.images.dtype == np.float32
    assert samples.images.std() > 0.1 and np.abs(samples.images).max() <= 1


def test_a_named_folder_must_be_there():
    with pytest.raises(FileNotFoundError, match="--data_dir=/nowhere is not a folder"):
        load_samples(config(), 2, data_dir="/nowhere")


def test_a_data_set_is_not_drawn_for_a_few_images(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    run = config(dataset="synthetic", synthetic_images=10, split="fractions")
    samples = load_samples(run, 2, can_draw=False)
    assert samples.origin == "drawn faces" and samples.images.shape == (2, 16, 16, 3)
    assert not list(tmp_path.iterdir()) and not caplog.text
    drawn = load_samples(run, 2)
    assert drawn.origin == "10 drawn faces (--dataset=synthetic), training split"
    # Once it is there, it is used.
    again = load_samples(run, 2, can_draw=False)
    np.testing.assert_array_equal(again.images, drawn.images)
