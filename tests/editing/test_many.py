from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stgan_tf.alignment import read_photo, write_photo
from stgan_tf.editing.editor import Editor
from stgan_tf.editing.many import Request, edit_files
from stgan_tf.editing.photo_editor import PhotoEditor
from stgan_tf.editing.picture_editor import PictureEditor
from stgan_tf.editing.reporting import failures


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
    strip = (folder / "out" / "0.png").read_bytes()
    edit(folder, run_dir, Request(sweep="Eyeglasses", sweep_range=0.5), overwrite=True)
    assert (folder / "out" / "0.png").read_bytes() != strip
    edit(folder, run_dir, Request({"Bangs": 1}, compare=True), overwrite=True)
    both = read_photo(folder / "out" / "0.png").pixels
    np.testing.assert_array_equal(both[:, :32], read_photo(folder / "0.png").pixels)
    assert both.shape == (32, 66, 3)


def test_whole_pictures_beside_their_sources(tmp_path, season_dir):
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 4), np.uint8)
    write_photo(tmp_path / "a.png", picture)
    pictures = PictureEditor(Editor(season_dir(), "none"))
    request = Request(to="summer", intensity=0.5, compare=True)
    rows = list(edit_files(pictures, request, {tmp_path / "a.png": tmp_path / "b.png"}))
    assert [(row["status"], row["faces"], row["notes"]) for row in rows] == [("edited", [], [])]
    both = read_photo(tmp_path / "b.png").pixels
    np.testing.assert_array_equal(both[:, :60], picture)
    translated = pictures.translate(picture, "summer", intensity=0.5)
    np.testing.assert_array_equal(both[:, -60:], translated)


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
    middle = [round(value, 1) for value in points.mean(axis=0).tolist()]
    assert rows[0]["faces"] == [{"landmarks": points.tolist(), "position": middle}]
    assert (rows[0]["faces_found"], rows[0]["left_out"], rows[0]["shown"]) == (1, [], None)
    assert read_photo(tmp_path / "b.png").pixels.shape == (218, 178, 3)


def test_what_a_file_has_is_kept_or_told(tmp_path, run_dir):
    """Files of every kind through one edit: depth, grey, alpha, or a word."""
    rng = np.random.default_rng(0)
    points = np.array([[69, 111], [108, 111], [88, 135], [73, 152], [106, 152]], float)
    grey, colours = (rng.integers(0, 256, (218, 178, *tail), np.uint8) for tail in ((), (3,)))
    deep = rng.integers(0, 65536, (218, 178, 3), np.uint16)
    Image.fromarray(np.dstack([grey, grey])).save(tmp_path / "la.png")
    Image.fromarray(deep[..., 0]).save(tmp_path / "grey16.png")
    write_photo(tmp_path / "rgb16.png", deep)
    write_photo(tmp_path / "rgb16.tif", deep)
    Image.fromarray(colours).convert("CMYK").save(tmp_path / "cmyk.jpg")
    exif = Image.Exif()
    exif[0x010F] = "maker of the camera"
    Image.fromarray(colours).save(tmp_path / "exif.jpg", exif=exif, dpi=(300, 300))
    files = sorted(tmp_path.iterdir())
    request = Request({"Bangs": 1}, landmarks={path.name: points for path in files})
    outputs = {path: tmp_path / "out" / path.name for path in files}
    rows = list(edit_files(PhotoEditor(Editor(run_dir())), request, outputs))
    assert [row["status"] for row in rows] == ["edited"] * 6, rows
    notes = {Path(row["input"]).name: row["notes"] for row in rows}
    assert notes == {path.name: [] for path in files} | {"cmyk.jpg": ["CMYK became RGB"]}
    assert [Path(row["input"]).name for row in rows if row["exif_dropped"]] == ["exif.jpg"]
    for name in ("la.png", "grey16.png", "rgb16.png", "rgb16.tif"):
        before, after = (read_photo(path / name).pixels for path in (tmp_path, tmp_path / "out"))
        assert after.dtype == before.dtype and after.shape == before.shape
        assert (after != before).any()
        np.testing.assert_array_equal(after[:15], before[:15])  # above the crop
    with Image.open(tmp_path / "out" / "exif.jpg") as image:
        assert image.info["dpi"] == (300, 300) and not image.getexif()
