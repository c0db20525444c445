"""Two labels that are always opposite give models that copy: they are named when data are read."""

import logging

import numpy as np
import pytest
from PIL import Image

from stgan_tf.config.data import DataConfig
from stgan_tf.data.complementary_labels import complementary_pairs
from stgan_tf.data.image_table import ImageTable
from stgan_tf.data.load import load_split, load_splits

OPTIONS = {"crop": "none", "split": "fractions", "split_fractions": (0.8, 0.1, 0.1)}


def table(**columns):
    labels = np.array(list(columns.values()), np.uint8).T
    return ImageTable(np.arange(len(labels)).astype(str), labels, tuple(columns))


def test_pairs_by_hand():
    found = table(a=[0, 1, 1], b=[1, 0, 0], c=[1, 0, 1], d=[0, 0, 0], e=[1, 1, 1])
    assert complementary_pairs(found) == [("a", "b")]
    assert complementary_pairs(table(a=[0, 1, 0, 0], b=[1, 0, 1, 1], c=[1, 0, 1, 0])) == [
        ("a", "b")
    ]
    assert complementary_pairs(table(a=[0, 1], b=[1, 0], c=[1, 0])) == [("a", "b"), ("a", "c")]
    # One of three domains: no two of them are opposite.
    assert complementary_pairs(table(a=[1, 0, 0], b=[0, 1, 0], c=[0, 0, 1])) == []


@pytest.fixture
def folder(tmp_path):
    rows = ["file,indoors,summer,winter"]
    for i in range(20):
        Image.new("RGB", (9, 8), (i, 0, 0)).save(tmp_path / f"{i}.png")
        rows.append(f"{i}.png,{i // 5 % 2},{i % 2},{1 - i % 2}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    return tmp_path


def config(folder, *attributes, **options):
    return DataConfig(data_dir=str(folder), attributes=attributes, **OPTIONS, **options)


def test_training_labels_are_looked_at_once(folder, caplog):
    with caplog.at_level(logging.WARNING):
        load_splits(config(folder, "summer", "indoors", "winter"), ("train", "validation"))
    (record,) = caplog.records
    message = record.getMessage()
    assert "exactly one of the attributes summer and winter" in message
    assert "--attributes=indoors,winter, where winter=-1 makes the edit to summer" in message


def test_other_labels_and_splits_are_left_alone(folder, caplog):
    with caplog.at_level(logging.WARNING):
        load_split(config(folder, "summer", "winter"), "test")
        load_split(config(folder, "summer", "indoors"), "train")
        # Adding one then removes the other, as in training.
        load_split(config(folder, "summer", "winter", exclusive_attributes=True), "train")
    assert not caplog.records
