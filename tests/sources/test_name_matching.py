import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stgan_tf.sources.name_matching import match_names, walk


def matched(names, files):
    result = match_names(names, files)
    found = [None if index is None else files[index] for index in result.files]
    return found, result.ambiguous


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("000001.jpg", "000001.jpg"),
        ("IMG_1.JPG", "img_1.jpg"),
        ("1.jpg", "1.png"),
        ("1.JPG", "1.jpeg"),
        ("1", "000001.jpg"),
        ("1.0", "000001.jpg"),
        ("1.jpg", "000001.jpg"),
        ("000001.jpg", "1.png"),
        ("face", "face.webp"),
        ("00000.png", "00000/00000.png"),
        (r"train\1.jpg", "train/1.jpg"),
        (r"C:\Users\x\train\1.jpg", "train/1.jpg"),
        ("/home/x/train/1.jpg", "1.jpg"),
        ("./1.jpg", "1.jpg"),
        ("images//1.jpg", "Images/1.JPG"),
        (unicodedata.normalize("NFC", "Zoë.jpg"), unicodedata.normalize("NFD", "Zoë.jpg")),
        (unicodedata.normalize("NFD", "Zoë.jpg"), unicodedata.normalize("NFC", "Zoë.png")),
        ("v1.2", "v1.2.png"),
    ],
)
def test_means(name, file):
    assert matched([name], ["other.jpg", file]) == ([file], [])


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a/1.jpg", "b/1.jpg"),
        ("1.jpg", "11.jpg"),
        ("1.jpg", "1.txt"),
        ("a1.jpg", "a01.jpg"),
        ("v1.2.png", "v1.png"),
    ],
)
def test_does_not_mean(name, file):
    assert matched([name], [file]) == ([None], [])


@pytest.mark.parametrize(
    ("name", "files", "choice"),
    [
        ("a.jpg", ["A.jpg", "a.jpg"], "a.jpg"),
        ("a.jpg", ["a.png", "A.JPG"], "A.JPG"),
        ("1.jpg", ["01.jpg", "1.png"], "1.png"),
        ("1.jpg", ["a/1.jpg", "1.jpg"], "1.jpg"),
        ("x/a/1.jpg", ["a/1.jpg", "1.jpg"], "a/1.jpg"),
    ],
)
def test_the_nearest_is_meant(name, files, choice):
    assert matched([name], files) == ([choice], [])
    assert matched([name], files[::-1]) == ([choice], [])


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("1.jpg", ["01.jpg", "001.jpg"]),
        ("1.jpg", ["a/1.jpg", "b/1.jpg"]),
        ("a", ["a.jpg", "a.png"]),
        ("AA.jpg", ["Aa.jpg", "aA.jpg"]),
    ],
)
def test_several_are_none(name, files):
    assert matched([name], files) == ([None], [(name, files)])


def test_a_file_is_meant_once():
    # The list spells one of them alike: the other's file is not there.
    assert matched(["a.jpg", "A.jpg"], ["a.jpg"]) == (["a.jpg", None], [])
    assert matched(["A.jpg", "A.png"], ["a.jpg", "b.jpg"]) == (
        [None, None],
        [("a.jpg", ["A.jpg", "A.png"])],
    )
    assert matched(["train/1.jpg", "val/1.jpg"], ["1.jpg"])[0] == [None, None]


NAMES = st.lists(st.text("ab01/._", min_size=1, max_size=6), max_size=6)


@given(NAMES, NAMES)
def test_no_file_is_given_twice_and_the_order_does_not_matter(names, files):
    files = sorted(set(files))
    found, ambiguous = matched(names, files)
    assert len(found) == len(names)
    given_files = [file for file in found if file is not None]
    assert len(given_files) == len(set(given_files))
    assert matched(names, files[::-1])[0] == found
    for name, others in ambiguous:
        assert len(others) > 1 or name in files


def test_walk(tmp_path):
    for name in ("1.jpg", "a/2.jpg", "a/b/3.jpg", ".hidden/4.jpg", "._1.jpg", "__MACOSX/5.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    assert walk(str(tmp_path)) == ["1.jpg", "a/2.jpg", "a/b/3.jpg"]
