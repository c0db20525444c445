"""The written data set of faces: CelebA's layout, and what is drawn."""

import json

import numpy as np
import pytest
from PIL import Image

from stgan_tf.attributes import CELEBA_ATTRIBUTES, PAPER_ATTRIBUTES
from stgan_tf.sources.attribute_files import read_attribute_file
from stgan_tf.synthetic.faces import draw_face, write_dataset

COUNT = 32


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_dataset(
        tmp_path_factory.mktemp("faces") / "one", COUNT, seed=5, num_processes=1, progress=False
    )


def test_layout(written):
    names = [f"{number:06d}.jpg" for number in range(1, COUNT + 1)]
    assert sorted(path.name for path in (written / "img_align_celeba").iterdir()) == names
    table = read_attribute_file(written / "list_attr_celeba.txt")
    assert table.names == CELEBA_ATTRIBUTES and list(table.paths) == names
    partition = [
        line.split() for line in (written / "list_eval_partition.txt").read_text().splitlines()
    ]
    assert [name for name, _ in partition] == names
    assert [int(part) for _, part in partition] == [0] * 26 + [1] * 3 + [2] * 3
    lines = (written / "list_landmarks_align_celeba.txt").read_text().splitlines()
    assert int(lines[0]) == COUNT == len(lines) - 2
    assert lines[1].split()[:2] == ["lefteye_x", "lefteye_y"]
    assert lines[2].split()[0] == names[0] and len(lines[2].split()) == 11
    assert json.loads((written / "synthetic_faces.json").read_text())["num_images"] == COUNT


def test_content_is_that_of_draw_face(written):
    table = read_attribute_file(written / "list_attr_celeba.txt")
    lines = (written / "list_landmarks_align_celeba.txt").read_text().splitlines()[2:]
    for index in (0, 17):
        image, attributes, points = draw_face(5, index)
        labels = dict(zip(table.names, table.attributes[index], strict=True))
        assert {name: labels[name] for name in PAPER_ATTRIBUTES} == attributes
        listed = [int(value) for value in lines[index].split()[1:]]
        assert listed == [round(value) for point in points.values() for value in point]
        with Image.open(written / "img_align_celeba" / f"{index + 1:06d}.jpg") as file:
            stored = np.asarray(file)
        assert stored.shape == (218, 178, 3)
        assert np.abs(stored.astype(int) - image).mean() < 3
