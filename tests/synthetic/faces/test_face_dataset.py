"""The written data set: layout, determinism, resuming."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from stgan_tf.attributes import CELEBA_ATTRIBUTES, PAPER_ATTRIBUTES
from stgan_tf.sources.attribute_files import read_attribute_file
from stgan_tf.synthetic.faces import draw_face, load_provenance, write_dataset

COUNT = 32  # the least that two workers share


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_dataset(
        tmp_path_factory.mktemp("faces") / "one", COUNT, seed=5, num_processes=1, progress=False
    )


@pytest.fixture
def copy(written, tmp_path):
    return shutil.copytree(written, tmp_path / "faces")


def rewrite(folder, **changes):
    arguments = {"num_images": COUNT, "seed": 5, "num_processes": 1, "progress": False}
    return write_dataset(folder, **(arguments | changes))


def test_two_processes_write_the_same_bytes(written, tmp_path):
    assert contents(rewrite(tmp_path / "two", num_processes=2)) == contents(written)


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


def test_provenance(written, tmp_path):
    record = load_provenance(written)
    assert (record.seed, record.num_images) == (5, COUNT)
    with pytest.raises(FileNotFoundError, match="python -m stgan_tf.faces"):
        load_provenance(tmp_path)


def test_other_generator_version_is_refused(copy):
    path = copy / "synthetic_faces.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"generator_version": 0}))
    with pytest.raises(ValueError, match="version 0"):
        load_provenance(copy)
    with pytest.raises(FileExistsError, match="generator version 0"):
        rewrite(copy)


def test_damaged_provenance_is_refused(copy):
    (copy / "synthetic_faces.json").write_text('{"seed": 5')
    with pytest.raises(ValueError, match="is not a record"):
        rewrite(copy)


def test_finished_data_set_is_reused(copy, caplog):
    image = copy / "img_align_celeba" / "000001.jpg"
    before = image.stat().st_mtime_ns
    with caplog.at_level("INFO"):
        rewrite(copy)
    assert image.stat().st_mtime_ns == before
    assert "already holds these faces" in caplog.text


def test_interrupted_data_set_is_finished(written, copy):
    # What a kill leaves: no lists, some images, one half written under a temporary name.
    (copy / "synthetic_faces.json").rename(copy / "synthetic_faces.unfinished.json")
    (copy / "list_attr_celeba.txt").unlink()
    images = copy / "img_align_celeba"
    kept = (images / "000001.jpg").stat().st_mtime_ns
    (images / "000002.jpg").unlink()
    (images / ".000002-x.jpg").write_bytes(b"half")
    with pytest.raises(FileNotFoundError):
        load_provenance(copy)
    rewrite(copy)
    assert contents(copy) == contents(written)
    assert (images / "000001.jpg").stat().st_mtime_ns == kept


def test_other_faces_need_overwrite(copy):
    with pytest.raises(FileExistsError, match="seed 5, 32 images.*asked for: seed 6, 2 images"):
        rewrite(copy, seed=6, num_images=2)
    rewrite(copy, seed=6, num_images=2, overwrite=True)
    assert len(list((copy / "img_align_celeba").iterdir())) == 2
    assert load_provenance(copy).seed == 6


def test_photos_are_never_touched(tmp_path):
    photos = tmp_path / "img_align_celeba"
    photos.mkdir()
    (photos / "000001.jpg").write_bytes(b"photo")
    with pytest.raises(FileExistsError, match="did not draw"):
        rewrite(tmp_path, overwrite=True)
    assert (photos / "000001.jpg").read_bytes() == b"photo"


@pytest.mark.parametrize("name, value", [("num_images", 0), ("seed", -1), ("num_processes", -1)])
def test_numbers_out_of_range(tmp_path, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .* Received: {value}"):
        rewrite(tmp_path, **{name: value})
