from pathlib import Path

import pytest
from PIL import Image

from stgan_tf.editing.inputs import find_inputs, name_outputs


@pytest.fixture
def folder(tmp_path):
    for name in ("b.JPG", "a.png", "c.bmp", "notes.txt", "sub/d.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def names(inputs):
    return [path.name for path in inputs.photos]


def test_folders_files_and_patterns(folder):
    assert names(find_inputs([str(folder)])) == ["a.png", "b.JPG", "c.bmp"]
    assert names(find_inputs([str(folder / "notes.txt")])) == ["notes.txt"]
    assert names(find_inputs([str(folder / "**" / "*.jpg")])) == ["d.jpg"]
    both = [str(folder / "a.png"), str(folder)]
    assert names(find_inputs(both)) == ["a.png", "b.JPG", "c.bmp"]


def test_every_file_of_a_folder_is_taken_or_named(folder):
    for name in ("._a.png", ".DS_Store", "Thumbs.db", "old.heic", "photo.jfif", "out/x.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    Image.new("RGB", (4, 4)).save(folder / "scan", "JPEG")  # no suffix, but an image
    inputs = find_inputs([str(folder)], str(folder / "out"))
    assert names(inputs) == ["a.png", "b.JPG", "c.bmp", "old.heic", "photo.jfif", "scan"]
    assert inputs.left_out == {
        folder / "notes.txt": "not an image",
        folder / "sub": "a subfolder (give it as well to edit its photos)",
    }
    # What is given beside the folder is not left out.
    assert names(find_inputs([str(folder), str(folder / "notes.txt")]))[-1] == "notes.txt"
    assert folder / "notes.txt" not in find_inputs([f"{folder},{folder}/notes.txt"]).left_out


def test_commas_between_names_and_in_them(folder):
    for name in ("x,y.jpg", "x", "photo[1].png"):
        (folder / name).touch()
    a, x = folder / "a.png", folder / "x,y.jpg"
    assert find_inputs([str(x)]).photos == [x]
    assert find_inputs([f"{a},{x}"]).photos == [a, x]
    assert find_inputs([f"{x},{a},{folder / 'c.bmp'}"]).photos == [x, a, folder / "c.bmp"]
    assert find_inputs([str(a), f"{x},"]).photos == [a, x]
    assert find_inputs([str(folder / "photo[1].png")]).photos == [folder / "photo[1].png"]
    assert find_inputs([f"{folder}/*,y.jpg,{a}"]).photos == [x, a]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nowhere.jpg", r"nowhere\.jpg: no such file\.$"),
        ("*.xyz", r"\*\.xyz: no matching file\.$"),
        ("empty", r"empty contains no photos\.$"),
        ("texts", r"texts contains no photos \(but a\.txt, b\.txt, c\.txt and 1 more\)\.$"),
        ("a.png,nowhere,gone.jpg", r"--input: nowhere: no such file; gone\.jpg: no such file"),
    ],
)
def test_what_means_nothing_is_named(folder, monkeypatch, text, message):
    (folder / "empty").mkdir()
    (folder / "texts").mkdir()
    for letter in "abcd":
        (folder / "texts" / f"{letter}.txt").write_text("no image")
    monkeypatch.chdir(folder)
    with pytest.raises(ValueError, match=message):
        find_inputs([text])


def test_outputs():
    inputs = [Path("in/a.png"), Path("in/b.gif")]
    assert name_outputs(inputs, "out") == {
        inputs[0]: Path("out/a.png"),
        inputs[1]: Path("out/b.png"),
    }
    assert name_outputs(inputs[:1], "x.webp") == {inputs[0]: Path("x.webp")}
    assert name_outputs(inputs[:1], "out") == {inputs[0]: Path("out/a.png")}
    assert name_outputs([Path("in/a.jpg")], "out", ".png") == {Path("in/a.jpg"): Path("out/a.png")}


def test_names_that_only_the_suffix_told_apart():
    inputs = [Path("in/a.bmp"), Path("in/a.png"), Path("in/a.gif")]
    assert name_outputs(inputs, "out") == {
        inputs[0]: Path("out/a.bmp.png"),
        inputs[1]: Path("out/a.png"),
        inputs[2]: Path("out/a.gif.png"),
    }
    inputs = [Path("in/a.jpg"), Path("in/a.png")]
    assert list(name_outputs(inputs, "out", ".png").values()) == [
        Path("out/a.jpg.png"),
        Path("out/a.png"),
    ]


def test_results_never_overwrite_each_other_or_their_source():
    with pytest.raises(ValueError, match="x/a.png and y/a.png would both become out/a.png"):
        name_outputs([Path("x/a.png"), Path("y/a.png")], "out")
    with pytest.raises(ValueError, match="a.png is an input file"):
        name_outputs([Path("x/a.png")], "x")
