"""Photos in, photos out: drawn faces whose landmarks are known."""

import logging

import numpy as np
import pytest
from PIL import Image
from small_runs import write_run

from stgan_tf.alignment import Face
from stgan_tf.editing.editor import Editor
from stgan_tf.editing.photo_editor import PhotoEditor
from stgan_tf.images import CropBox, resize_bicubic_numpy, to_float, to_uint8
from stgan_tf.synthetic.faces import landmarks as drawn_landmarks
from stgan_tf.synthetic.faces import render, sample_attributes, sample_identity


@pytest.fixture(scope="module")
def photo():
    """(pixels, landmarks): a drawn face, three times as large, in a 900 x 1000 photo."""
    rng = np.random.default_rng(4)
    identity = sample_identity(rng)
    face = render(identity, sample_attributes(rng))
    pixels = np.full((900, 1000, 3), 120, np.uint8)
    pixels[100:754, 200:734] = face.repeat(3, 0).repeat(3, 1)
    points = np.array(list(drawn_landmarks(identity).values()), float) * 3 + (201, 101)
    return pixels, points


@pytest.fixture(scope="module")
def photo_editor(run_dir):
    return PhotoEditor(Editor(run_dir()))


HALF = {"crop": "13,2,85,85", "crop_frame": (109, 89)}


def test_only_the_face_changes(photo_editor, photo):
    pixels, points = photo
    faces = photo_editor.faces(pixels, [points])
    assert [face.patch.shape for face in faces] == [(32, 32, 3)]
    edited = photo_editor.edit(pixels, faces, {"Eyeglasses": 1})
    changed = np.any(edited != pixels, axis=-1)
    assert changed.any()
    rows, columns = np.nonzero(changed)
    # The model's crop is 170 of the frame's 178 columns, three times as large.
    assert np.ptp(rows) < 3 * 190
    assert np.ptp(columns) < 3 * 190
    np.testing.assert_array_equal(pixels[:80], edited[:80])


def test_what_nobody_asked_for_does_not_reach_the_photo(photo_editor, photo):
    """However badly the model reconstructs (here with random weights), no edit, no change."""
    pixels, points = photo
    faces = photo_editor.faces(pixels, [points])
    assert np.any(photo_editor.editor.reconstruct(faces[0].patch) != faces[0].patch)
    edited = photo_editor.edit(pixels, faces, {"Eyeglasses": 0.0})
    np.testing.assert_array_equal(edited, pixels)


def test_grey_and_alpha_are_kept(photo_editor, photo):
    pixels, points = photo
    alpha = np.dstack([pixels, np.arange(1000)[None].repeat(900, 0).astype(np.uint8)])
    edited = photo_editor.edit(alpha, photo_editor.faces(alpha, [points]), {"Bangs": 1})
    np.testing.assert_array_equal(edited[..., 3], alpha[..., 3])
    assert np.any(edited != alpha)
    grey = pixels[..., 0]
    edited = photo_editor.edit(grey, photo_editor.faces(grey, [points]), {"Bangs": 1})
    assert edited.shape == grey.shape


def test_several_faces(photo_editor, photo):
    pixels, points = photo
    both = np.concatenate([pixels, pixels], axis=1)
    places = [points, points + (1000, 0)]
    edited = photo_editor.edit(both, photo_editor.faces(both, places), {"Bangs": 1})
    np.testing.assert_array_equal(edited[:, :1000], edited[:, 1000:])
    assert np.any(edited != both)


def test_no_face(photo_editor):
    with pytest.raises(ValueError, match="no face was found. Give --aligned"):
        photo_editor.faces(np.zeros((100, 100, 3), np.uint8), [])


@pytest.mark.parametrize("shape", [(218, 178, 3), (300, 300, 3), (32, 32, 3), (64, 64)])
def test_aligned_images_come_back_as_patches(run_dir, shape):
    photo_editor = PhotoEditor(Editor(run_dir()), aligned=True)
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    faces = photo_editor.faces(pixels)
    edited = photo_editor.edit(pixels, faces, {"Bangs": 1})
    assert edited.shape == (32, 32, 3)
    if shape == (32, 32, 3):
        np.testing.assert_array_equal(edited, photo_editor.editor.edit(pixels, {"Bangs": 1}))
    if shape == (218, 178, 3):
        assert np.abs(edited.astype(int) - photo_editor.editor.edit(pixels, {"Bangs": 1})).max() < 9


def test_faces_that_the_border_cuts_are_left_out_with_a_word(photo_editor, photo, monkeypatch):
    pixels, points = photo
    whole = Face(CropBox(100, 200, 600, 500), points, 0.9)
    cut = Face(CropBox(0, 0, 50, 40), points - points.mean(axis=0) + (-2, 30), 0.9, cut_off=True)
    monkeypatch.setattr(
        "stgan_tf.editing.photo_editor.find_faces", lambda _, detector: [whole, cut]
    )
    found, left_out = photo_editor.look(pixels)
    assert [face.landmarks.tolist() for face in found] == [points.tolist()]
    assert [face.reason for face in left_out] == ["cut by the border"]
    np.testing.assert_allclose(left_out[0].position, (-2, 30))
    monkeypatch.setattr("stgan_tf.editing.photo_editor.find_faces", lambda _, detector: [cut])
    message = r"no face can be edited; left out: 1 \(cut by the border, at -2, 30\)"
    with pytest.raises(ValueError, match=message):
        photo_editor.look(pixels)


def test_a_grey_aligned_image_stays_grey(run_dir):
    photo_editor = PhotoEditor(Editor(run_dir()), aligned=True)
    grey = np.random.default_rng(0).integers(0, 256, (32, 32), np.uint8)
    for pixels in (grey, np.dstack([grey] * 3), np.dstack([grey, grey])):
        edited = photo_editor.edit(pixels, photo_editor.faces(pixels), {"Bangs": 1})
        assert edited.shape == (32, 32, 3)
        assert (edited == edited[..., :1]).all()


def test_aligned_images_of_another_shape(run_dir):
    photo_editor = PhotoEditor(Editor(run_dir()), aligned=True)
    with pytest.raises(ValueError, match="178x218 .* or square .*Received: 100x80"):
        photo_editor.faces(np.zeros((80, 100, 3), np.uint8))


def test_a_model_of_whole_images_is_taken_to_have_the_papers_crop(run_dir, photo, caplog):
    pixels, points = photo
    editor = Editor(run_dir(crop="none"))
    assert PhotoEditor(editor, aligned=True).faces(to_uint8(np.zeros((40, 40, 3))))
    assert not caplog.records
    (assumed,) = PhotoEditor(editor).faces(pixels, [points])
    assert "trained on whole images" in caplog.text and "--aligned" in caplog.text
    (known,) = PhotoEditor(Editor(run_dir())).faces(pixels, [points])
    np.testing.assert_array_equal(assumed.patch, known.patch)


def test_a_crop_of_ones_own_is_found_in_photos(tmp_path, photo):
    """The model of half-size images sees of a photo what it was trained on."""
    pixels, points = photo
    (face,) = PhotoEditor(Editor(write_run(tmp_path, **HALF))).faces(pixels, [points])
    assert face.aligned.image.shape == (109, 89, 3)
    trained_on = Image.fromarray(pixels[100:754, 200:734]).resize((89, 109), Image.Resampling.BOX)
    expected = resize_bicubic_numpy(np.asarray(trained_on)[13:98, 2:87], 32)
    assert np.abs(to_float(face.patch) - expected).mean() < 0.1
    # Half of CelebA's crop is the same region; the box as it is in CelebA's frame is another one.
    wrong = resize_bicubic_numpy(pixels[100:754, 200:734][::3, ::3][13:98, 2:87], 32)
    assert np.abs(to_float(face.patch) - wrong).mean() > 0.2


def test_celeba_crop_of_half_size_images_is_aligned_at_half_size(tmp_path, photo):
    pixels, points = photo
    editor = PhotoEditor(Editor(write_run(tmp_path, crop_frame=(109, 89))))
    (face,) = editor.faces(pixels, [points])
    assert face.aligned.image.shape == (109, 89, 3)
    edited = editor.edit(pixels, [face], {"Bangs": 1})
    rows, columns = np.nonzero(np.any(edited != pixels, axis=-1))
    assert 3 * 100 < np.ptp(rows) < 3 * 190 and np.ptp(columns) < 3 * 190


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"crop": "0,0,80,80", "crop_frame": (100, 120)}, "of images of 120x100 .*--aligned"),
        ({"crop": "0,0,300,300"}, "of images of unknown size"),
    ],
)
def test_frames_that_photos_cannot_be_aligned_to(tmp_path, data, message):
    editor = Editor(write_run(tmp_path, **data))
    with pytest.raises(ValueError, match=message):
        PhotoEditor(editor)
    PhotoEditor(editor, aligned=True)


def test_a_frame_that_was_not_recorded_is_assumed_and_said_so_once(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    editor = Editor(write_run(tmp_path, crop="13,2,85,85"))
    assert not caplog.text
    PhotoEditor(editor)
    assert "CelebA's 178x218 is assumed" in caplog.text


def test_aligned_images_of_any_scale_of_the_frame(tmp_path):
    photo_editor = PhotoEditor(Editor(write_run(tmp_path, **HALF)), aligned=True)
    pixels = np.random.default_rng(0).integers(0, 256, (218, 178, 3), np.uint8)
    (face,) = photo_editor.faces(pixels)
    expected = to_uint8(resize_bicubic_numpy(pixels[26:196, 4:174], 32))
    np.testing.assert_array_equal(face.patch, expected)
