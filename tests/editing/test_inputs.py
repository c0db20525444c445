from pathlib import Path

import pytest

from stgan_tf.editing.inputs import find_inputs, name_outputs


@pytest.fixture
def folder(tmp_path):
    for name in ("b.JPG", "a.png", "c.bmp", "notes.txt", "sub/d.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def names(paths):
    return [path.name for path in paths]


def test_folders_files_and_patterns(folder):
    assert names(find_inputs([str(folder)])) == ["a.png", "b.JPG", "c.bmp"]
    assert names(find_inputs([str(folder / "notes.txt")])) == ["notes.txt"]
    assert names(find_inputs([str(folder / "**" / "*.jpg")])) == ["d.jpg"]
    both = [str(folder / "a.png"), str(folder)]
    assert names(find_inputs(both)) == ["a.png", "b.JPG", "c.bmp"]


@pytest.mark.parametrize("text", ["nowhere", "*.xyz", ""])
def test_what_means_nothing_is_named(folder, text):
    target = folder / text if text else folder / "empty"
    if not text:
        target.mkdir()
    with pytest.raises(ValueError, match="--input: no photo .*" + target.name.replace("*", r"\*")):
        find_inputs([str(target)])


def test_outputs():
    inputs = [Path("in/a.png"), Path("in/b.gif")]
    assert name_outputs(inputs, "out") == {
        inputs[0]: Path("out/a.png"),
        inputs[1]: Path("out/b.png"),
    }
    assert name_outputs(inputs[:1], "x.webp") == {inputs[0]: Path("x.webp")}
    assert name_outputs(inputs[:1], "out") == {inputs[0]: Path("out/a.png")}
    assert name_outputs([Path("in/a.jpg")], "out", ".png") == {Path("in/a.jpg"): Path("out/a.png")}


def test_results_never_overwrite_each_other_or_their_source():
    with pytest.raises(ValueError, match="x/a.png and y/a.png would both become out/a.png"):
        name_outputs([Path("x/a.png"), Path("y/a.png")], "out")
    with pytest.raises(ValueError, match="a.png is the input itself"):
        name_outputs([Path("x/a.png")], "x")
