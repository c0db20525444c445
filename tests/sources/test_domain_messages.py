"""What is said of folders that are missing, have nearly the right names, or are one of several."""

import logging

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


def test_a_domain_of_a_plain_layout_is_used_with_those_beside_it(tmp_path, caplog):
    root = fill(tmp_path / "s", summer=4, winter=3, winter__old=1, test=1)
    parent = with_domains(config(root))
    with caplog.at_level(logging.WARNING):
        for given in ("summer", "winter", "winter"):
            chosen = with_domains(config(root / given))
            assert (chosen.domains, chosen.split) == (parent.domains, "fractions")
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 2
    told = f"{root / 'winter'} is the folder of one domain: using its parent folder {root}, with"
    assert f"{told} the domains summer, winter." in messages[1]
    for split in ("train", "validation", "test"):
        expected = seen(root, split, root, split="fractions")
        assert seen(root / "winter", split, root, split="fractions") == expected


def test_folders_that_are_not_among_domains(tmp_path):
    root = fill(tmp_path / "s", summer=4, winter=3)
    (root / "notes").mkdir()
    with pytest.raises(FileNotFoundError, match="No domain folders in .*winter: looked for"):
        with_domains(config(root / "winter"))
    assert with_domains(config(fill(root / "winter", a=1, b=1))).domains == ("a", "b")
