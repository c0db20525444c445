import numpy as np
import pytest
from PIL import Image

from stgan_tf.alignment import read_photo
from stgan_tf.editing.editor import Editor
from stgan_tf.editing.many import Request, edit_files, failures
from stgan_tf.editing.photo_editor import PhotoEditor


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(6):
        pixels = rng.integers(0, 256, (32, 32, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    (tmp_path / "2.png").write_bytes(b"no picture")
    return tmp_path


def edit(folder, run_dir, request, **options):
    photos = PhotoEditor(Editor(run_dir()), aligned=True)
    outputs = {path: folder / "out" / path.name for path in sorted(folder.glob("*.png"))}
    return list(edit_files(photos, request, outputs, **options))


def test_one_bad_file_does_not_stop_the_rest(folder, run_dir):
    rows = edit(folder, run_dir, Request({"Bangs": 1}))
    assert [row["status"] for row in rows] == ["edited"] * 2 + ["failed"] + ["edited"] * 3
    assert "2.png cannot be read" in failures(rows)
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        f"{number}.png" for number in (0, 1, 3, 4, 5)
    ]
    source = read_photo(folder / "4.png").pixels
    written = read_photo(folder / "out" / "4.png").pixels
    np.testing.assert_array_equal(written, Editor(run_dir()).edit(source, {"Bangs": 1}))


def test_results_that_are_there_are_kept(folder, run_dir):
    edit(folder, run_dir, Request({"Bangs": 1}))
    (folder / "out" / "1.png").write_bytes(b"mine")
    rows = edit(folder, run_dir, Request({"Bangs": 1}))
    assert [row["status"] for row in rows] == ["kept"] * 2 + ["failed"] + ["kept"] * 3
    assert (folder / "out" / "1.png").read_bytes() == b"mine"
    edit(folder, run_dir, Request({"Bangs": 1}), overwrite=True)
    assert (folder / "out" / "1.png").read_bytes() != b"mine"


def test_grid_sweep_and_comparison(folder, run_dir):
    (folder / "2.png").unlink()
    edit(folder, run_dir, Request(grid=True))
    height, width = read_photo(folder / "out" / "0.png").pixels.shape[:2]
    # Source and four attributes, added and removed.
    assert width > 5 * 96
    assert height > 2 * 96
    edit(folder, run_dir, Request(sweep="Eyeglasses"), overwrite=True)
    assert read_photo(folder / "out" / "0.png").pixels.shape[1] > 7 * 96
    with Image.open(folder / "out" / "0.gif") as animation:
        assert animation.n_frames == 12
    edit(folder, run_dir, Request({"Bangs": 1}, compare=True), overwrite=True)
    both = read_photo(folder / "out" / "0.png").pixels
    np.testing.assert_array_equal(both[:, :32], read_photo(folder / "0.png").pixels)
    assert both.shape == (32, 66, 3)


def test_what_the_faces_have_is_told_or_seen_once(folder, run_dir, classifier_dir, monkeypatch):
    (folder / "2.png").unlink()
    source = read_photo(folder / "4.png").pixels
    edit(folder, run_dir, Request({"Blond_Hair": 1}, source="Black_Hair"))
    written = read_photo(folder / "out" / "4.png").pixels
    editor = Editor(run_dir())
    expected = editor.edit(source, {"Blond_Hair": 1}, source=[0, 1, 0, 0])
    np.testing.assert_array_equal(written, expected)
    assert np.any(expected != editor.edit(source, {"Blond_Hair": 1}))

    editor = Editor(run_dir(), classifier_dir)
    looks = []
    probabilities = editor._probabilities
    monkeypatch.setattr(
        editor, "_probabilities", lambda x: looks.append(len(x)) or probabilities(x)
    )
    (path,) = folder.glob("4.png")
    photos = PhotoEditor(editor, aligned=True)
    for number, request in enumerate((Request(grid=True), Request(sweep="Blond_Hair"))):
        list(edit_files(photos, request, {path: folder / f"out-{number}.png"}))
        assert looks == [1] * (number + 1)


def test_given_landmarks_are_used(tmp_path, run_dir):
    pixels = np.random.default_rng(0).integers(0, 256, (218, 178, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    points = np.array([[69, 111], [108, 111], [88, 135], [73, 152], [106, 152]], float)
    photos = PhotoEditor(Editor(run_dir()))
    request = Request({"Bangs": 1}, landmarks={"a.png": points})
    rows = list(edit_files(photos, request, {tmp_path / "a.png": tmp_path / "b.png"}))
    assert rows[0]["faces"] == [{"landmarks": points.tolist()}]
    assert read_photo(tmp_path / "b.png").pixels.shape == (218, 178, 3)
