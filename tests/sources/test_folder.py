import logging
from pathlib import Path

import numpy as np
import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.sources.folder import find_attribute_file, find_images, find_partition_file


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


NAMES = np.array(["000001.jpg", "000002.jpg"])


@pytest.mark.parametrize(
    "folder",
    [
        "img_align_celeba",
        "img_align_celeba/img_align_celeba",
        "Img/img_align_celeba",
        "images",
        ".",
    ],
)
def test_finds_images_in_the_usual_folders(tmp_path, folder):
    for name in NAMES:
        touch(tmp_path / folder / name)
    paths, found = find_images(NAMES, DataConfig(data_dir=str(tmp_path)))
    assert found.all()
    assert [Path(path) for path in paths] == [tmp_path / folder / name for name in NAMES]


def test_png_files_for_a_list_of_jpg(tmp_path):
    for name in NAMES:
        touch(tmp_path / "img_align_celeba_png" / name.replace("jpg", "png"))
    paths, _ = find_images(NAMES, DataConfig(data_dir=str(tmp_path)))
    assert [Path(path).name for path in paths] == ["000001.png", "000002.png"]


def test_listed_subfolders_and_image_dir(tmp_path):
    touch(tmp_path / "faces" / "a" / "1.jpg")
    touch(tmp_path / "faces" / "b" / "1.jpg")
    names = np.array(["a/1.jpg", "b/1.jpg"])
    for image_dir in ("faces", str(tmp_path / "faces")):
        config = DataConfig(data_dir=str(tmp_path), image_dir=image_dir)
        paths, _ = find_images(names, config)
        assert [Path(path).parent.name for path in paths] == ["a", "b"]


def test_missing_images(tmp_path, caplog):
    touch(tmp_path / "images" / "2.jpg")
    names = np.array([f"{i}.jpg" for i in range(8)])
    config = DataConfig(data_dir=str(tmp_path))
    with pytest.raises(FileNotFoundError, match="7 of 8") as error:
        find_images(names, config)
    assert "0.jpg, 1.jpg, 3.jpg, 4.jpg, 5.jpg." in str(error.value)
    config = DataConfig(data_dir=str(tmp_path), skip_bad_images=True)
    with caplog.at_level(logging.WARNING):
        _, found = find_images(names, config)
    assert found.tolist() == [i == 2 for i in range(8)] and "7 of 8" in caplog.text


def test_missing_folders_say_where_was_looked(tmp_path):
    with pytest.raises(FileNotFoundError, match="None of the 2 listed images"):
        find_images(NAMES, DataConfig(data_dir=str(tmp_path)))
    with pytest.raises(FileNotFoundError, match="looked for nowhere"):
        find_images(NAMES, DataConfig(data_dir=str(tmp_path), image_dir="nowhere"))
    with pytest.raises(FileNotFoundError, match="not a folder"):
        find_images(NAMES, DataConfig(data_dir=str(tmp_path / "absent")))
    with pytest.raises(ValueError, match="--data_dir: is required.*--dataset=synthetic"):
        find_images(NAMES, DataConfig())


@pytest.mark.parametrize(
    "name", ["list_attr_celeba.txt", "Anno/list_attr_celeba.txt", "list_attr_celeba.csv", "my.csv"]
)
def test_finds_attribute_files(tmp_path, name):
    path = touch(tmp_path / name)
    touch(tmp_path / "list_landmarks_align_celeba.csv")
    assert find_attribute_file(DataConfig(data_dir=str(tmp_path))) == path


@pytest.mark.parametrize(
    ("labels", "folder"),
    [
        ("CelebAMask-HQ-attribute-anno.txt", "CelebA-HQ-img"),
        ("CelebAMask-HQ/CelebAMask-HQ-attribute-anno.txt", "CelebAMask-HQ/CelebA-HQ-img"),
        ("list_attr_celeba.txt", "img_crop_celeba"),
        ("celeba/list_attr_celeba.txt", "celeba/img_align_celeba"),
        ("LIST_ATTR_CELEBA.TXT", "img_align_celeba"),
        ("labels.tsv", "photos/of/2024"),
        ("faces.txt", "."),
    ],
)
def test_other_layouts(tmp_path, labels, folder):
    for name in NAMES:
        touch(tmp_path / folder / name)
    touch(tmp_path / labels)
    touch(tmp_path / "README.txt")
    config = DataConfig(data_dir=str(tmp_path))
    assert find_attribute_file(config) == tmp_path / labels
    paths, _ = find_images(NAMES, config)
    assert [Path(path) for path in paths] == [tmp_path / folder / name for name in NAMES]


def test_names_spelt_otherwise(tmp_path):
    for name in ("00000/000001.png", "00000/000002.png", "._000001.png", "__MACOSX/000001.png"):
        touch(tmp_path / "images" / name)
    for listed in ("{}", "{}.jpg", "00000/{}.PNG", "D:\\faces\\00000\\{}.png"):
        names = np.array([listed.format(i) for i in (1, 2)])
        paths, _ = find_images(names, DataConfig(data_dir=str(tmp_path)))
        assert [Path(path).name for path in paths] == ["000001.png", "000002.png"]


def test_ambiguous_names_are_refused(tmp_path):
    for name in ("01.jpg", "001.jpg", "2.jpg"):
        touch(tmp_path / "images" / name)
    for skip in (False, True):
        config = DataConfig(data_dir=str(tmp_path), skip_bad_images=skip)
        with pytest.raises(ValueError, match="'1.jpg' could be any of '001.jpg', '01.jpg'"):
            find_images(np.array(["1.jpg", "2.jpg"]), config)


def test_the_fuller_of_two_folders_is_taken(tmp_path):
    for name in ("img_align_celeba/000001.jpg", "images/000001.png", "images/000002.png"):
        touch(tmp_path / name)
    paths, _ = find_images(NAMES, DataConfig(data_dir=str(tmp_path)))
    assert {Path(path).parent.name for path in paths} == {"images"}


def test_a_folder_of_other_images_shows_a_name_of_each(tmp_path):
    touch(tmp_path / "images" / "face_17.jpg")
    with pytest.raises(FileNotFoundError, match="list has '000001.jpg', .*images has 'face_17.jpg"):
        find_images(NAMES, DataConfig(data_dir=str(tmp_path)))


def test_archives_that_were_not_unpacked_are_named(tmp_path):
    touch(tmp_path / "img_align_celeba.zip")
    touch(tmp_path / "list_attr_celeba.csv.zip")
    config = DataConfig(data_dir=str(tmp_path))
    with pytest.raises(FileNotFoundError, match="Not unpacked yet: .*list_attr_celeba.csv.zip"):
        find_attribute_file(config)
    with pytest.raises(FileNotFoundError, match="Not unpacked yet: .*img_align_celeba.zip"):
        find_images(NAMES, config)
    config = DataConfig(data_dir=str(tmp_path / "img_align_celeba.zip"))
    with pytest.raises(FileNotFoundError, match="is an archive: unpack it"):
        find_images(NAMES, config)


def test_attribute_file_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="list_attr_celeba.txt.*--labels_file"):
        find_attribute_file(DataConfig(data_dir=str(tmp_path)))
    touch(tmp_path / "a.csv")
    touch(tmp_path / "b.csv")
    with pytest.raises(FileNotFoundError, match="single other .*found there: a.csv, b.csv"):
        find_attribute_file(DataConfig(data_dir=str(tmp_path)))
    config = DataConfig(data_dir=str(tmp_path), labels_file="b.csv")
    assert find_attribute_file(config) == tmp_path / "b.csv"
    with pytest.raises(FileNotFoundError, match="'c.csv'"):
        find_attribute_file(DataConfig(data_dir=str(tmp_path), labels_file="c.csv"))


def test_finds_partition_files(tmp_path):
    config = DataConfig(data_dir=str(tmp_path))
    labels = tmp_path / "Anno" / "list_attr_celeba.txt"
    assert find_partition_file(config, labels) is None
    path = touch(tmp_path / "Eval" / "list_eval_partition.txt")
    assert find_partition_file(config, labels) == path
