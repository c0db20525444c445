import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds
from disk_journal import DiskJournal
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.load import load_all, load_split
from stgan_tf.sources.tfds import materialise

COUNTS = {"train": 6, "validation": 2, "test": 3}


def _image(split, i):
    seed = list(COUNTS).index(split) * 100 + i
    return np.random.default_rng(seed).integers(0, 256, (12, 10, 3), dtype=np.uint8)


class _LocalBuilder(tfds.core.GeneratorBasedBuilder):
    VERSION = tfds.core.Version("1.0.0")

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(split) for split in COUNTS}

    def _generate_examples(self, split):
        for i in range(COUNTS[split]):
            yield i, {"image": _image(split, i), **self._labels(i)}


class StganNestedFaces(_LocalBuilder):
    def _info(self):
        attributes = {"Bald": np.bool_, "Young": np.bool_}
        features = {"image": tfds.features.Image(shape=(12, 10, 3)), "attributes": attributes}
        return tfds.core.DatasetInfo(builder=self, features=tfds.features.FeaturesDict(features))

    def _labels(self, i):
        return {"attributes": {"Bald": i % 2 == 0, "Young": i % 3 == 0}}


class StganFlatFaces(_LocalBuilder):
    def _info(self):
        features = {
            "image": tfds.features.Image(shape=(12, 10, 3), encoding_format="jpeg"),
            "Bald": np.bool_,
            "Young": np.int64,
            "identity": np.int64,
        }
        return tfds.core.DatasetInfo(builder=self, features=tfds.features.FeaturesDict(features))

    def _labels(self, i):
        return {"Bald": i % 2 == 0, "Young": 1 if i % 3 == 0 else -1, "identity": 1000 + i}


class StganBrokenFaces(_LocalBuilder):
    def _info(self):
        features = {"image": tfds.features.Image(), "attributes": {"Bald": np.bool_}}
        return tfds.core.DatasetInfo(builder=self, features=tfds.features.FeaturesDict(features))

    def _split_generators(self, dl_manager):
        raise OSError("quota exceeded")


class StganPlainImages(_LocalBuilder):
    def _info(self):
        features = tfds.features.FeaturesDict({"image": tfds.features.Image()})
        return tfds.core.DatasetInfo(builder=self, features=features)


@pytest.fixture
def config(tmp_path):
    return DataConfig(
        dataset="tfds:stgan_nested_faces",
        data_dir=str(tmp_path),
        attributes=("Young", "Bald"),
        split="partition",
        crop="none",
        image_size=8,
    )


def test_every_example_with_its_labels(config):
    for split, count in COUNTS.items():
        table = load_split(config, split)
        assert len(table) == count
        known = {_image(split, i).tobytes(): [i % 3 == 0, i % 2 == 0] for i in range(count)}
        for path, attributes in zip(table.paths, table.attributes, strict=True):
            with Image.open(path) as image:
                assert attributes.tolist() == known.pop(np.asarray(image).tobytes())
        assert not known


def test_written_once_and_whole(config, tmp_path, monkeypatch):
    journal = DiskJournal(monkeypatch)
    folder = materialise(config)
    journal.require_safe(folder)
    assert folder == tmp_path / "stgan_nested_faces_files"
    assert (folder / "list_eval_partition.txt").read_text().split()[-2:] == ["000011.png", "2"]
    made = folder.stat().st_ino
    assert materialise(config).stat().st_ino == made
    (folder / "source.json").write_text("{}")
    assert materialise(config).stat().st_ino != made
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".stgan")]


def test_flat_features(config):
    config = dataclasses.replace(config, dataset="tfds:stgan_flat_faces")
    table = load_all(config)
    assert len(table) == 11 and Path(table.paths[0]).suffix == ".jpg"
    assert table.attributes.sum(axis=0).tolist() == [2 + 1 + 1, 3 + 1 + 2]


def test_failed_download_explains_the_manual_folder(config, tmp_path, capsys):
    config = dataclasses.replace(config, dataset="tfds:stgan_broken_faces")
    with pytest.raises(OSError, match="quota exceeded") as error:
        materialise(config)
    assert str(tmp_path / "downloads" / "manual") in str(error.value)
    assert "TFDS downloads and prepares stgan_broken_faces" in capsys.readouterr().err
    assert not list(tmp_path.glob("*_files"))


def test_errors(config):
    with pytest.raises(ValueError, match="neither a dict `attributes` nor boolean"):
        materialise(dataclasses.replace(config, dataset="tfds:stgan_plain_images"))
    with pytest.raises(ValueError, match="--data_dir is empty"):
        materialise(dataclasses.replace(config, data_dir=""))
    with pytest.raises(ValueError, match="Unknown attribute"):
        load_all(dataclasses.replace(config, attributes=("Bold",)))
