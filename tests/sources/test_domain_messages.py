"""What is said of folders that are missing or have nearly the right names."""

import pytest
from sources.test_domains import config, fill, seen

from stgan_tf.data.load import load_split
from stgan_tf.options import ConfigError
from stgan_tf.sources.domains import with_domains


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("folders", "looked", "found"),
    [
        (dict(trainA=4, trainB=4), "testA, testB", "trainA, trainB"),
        (dict(train__summer=4, train__winter=4), "test/summer, test/winter", "train"),
    ],
)
def test_no_test_folders(tmp_path, folders, looked, found):
    """Each way out that is named works."""
    root = fill(tmp_path / "s", **folders)
    message = f"No test images: looked for {looked} in {root}; found: {found}. Add images there; "
    with pytest.raises(ValueError, match="^" + message) as error:
        load_split(config(root), "test")
    assert "--split=validation; or train with --split=fractions" in str(error.value)
    assert sorted(seen(root, "validation", root)[0].values()) == [[0], [1]]
    assert sorted(seen(root, "test", root, split="fractions")[0].values()) == [[0], [1]]
    fill(root, **{name.replace("train", "test"): 1 for name in folders})
    assert sorted(seen(root, "test", root)[0].values()) == [[0], [1]]


def test_a_single_image_of_each_leaves_none_to_hold_out(tmp_path):
    root = fill(tmp_path / "s", trainA=1, trainB=1)
    with pytest.raises(ValueError, match="No validation images: looked for valA, valB") as error:
        load_split(config(root), "validation")
    assert "--split=validation" not in str(error.value)
    with pytest.raises(ValueError, match="Add images there; or train with --split=fractions"):
        load_split(config(root), "test")


def test_the_nearest_folder_that_exists_is_named(tmp_path, monkeypatch):
    fill(tmp_path / "sets" / "summer2winter", trainA=1)
    (tmp_path / "sets" / ".hidden").mkdir()
    message = f"seasons/x is not a folder. The nearest existing folder is {tmp_path / 'sets'}, "
    with pytest.raises(FileNotFoundError, match=message + "which contains summer2winter.$"):
        with_domains(config(tmp_path / "sets" / "seasons" / "x"))
    monkeypatch.chdir(tmp_path / "sets")
    with pytest.raises(FileNotFoundError, match=f"folder is {tmp_path / 'sets'}, which"):
        with_domains(config("seasons"))
    (tmp_path / "none").mkdir()
    with pytest.raises(FileNotFoundError, match="none, which is empty.$"):
        with_domains(config(tmp_path / "none" / "seasons"))


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        (dict(traina=2, trainb=2), "has traina, trainb: rename to trainA, trainB"),
        (
            dict(train_A=2, train_B=2, test_A=1, Test_B=1),
            "has Test_B, test_A, train_A, train_B: rename to testB, testA, trainA, trainB",
        ),
        (dict(trainA=2, trainb=2), "has trainb: rename to trainB"),
        ({"trainA": 2, "trainB": 2, "test A": 2}, "has test A: rename to testA"),
    ],
)
def test_nearly_the_names_of_cyclegan(tmp_path, folders, message):
    root = fill(tmp_path / "s", **folders)
    with pytest.raises(ConfigError, match=f"{message}, exactly. .*; found: "):
        with_domains(config(root))


def test_domains_that_only_look_like_it(tmp_path):
    root = fill(tmp_path / "s", trains=2, boats=2, vale=2)
    assert with_domains(config(root)).domains == ("boats", "trains", "vale")
